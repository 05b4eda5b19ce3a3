import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { fakeCloud } from '../../test/support/fake-cloud.ts'
import { silentLog } from '../lib/log.ts'
import type { Log } from '../lib/log.ts'
import { openTraces } from './traces.ts'
import type { Traces } from './traces.ts'

type Sent = {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: number
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly status: { readonly code?: number; readonly message?: string }
}

type Batch = { readonly resourceSpans: { readonly scopeSpans: { readonly spans: Sent[] }[] }[] }

async function traced(
  t: TestContext,
  takes: () => Promise<boolean> = async () => true,
  log = silentLog,
) {
  const cloud = await fakeCloud(t)
  const sent: Sent[] = []
  const send = async (body: object): Promise<boolean> => {
    const spans = (body as Batch).resourceSpans.flatMap(({ scopeSpans }) =>
      scopeSpans.flatMap((s) => s.spans),
    )
    sent.push(...spans)
    return await takes()
  }
  const traces: Traces = openTraces({ store: cloud.store, clock: cloud.clock, log, send })
  t.after(async () => await traces.close())
  return { cloud, traces, sent }
}

const asked = { service: '/compute', method: 'POST', path: '/v2.1/servers', status: 202, tookMs: 5 }
const requestId = 'req-0af76519-16cd-43dd-8448-eb211c80319c'

test('a request is a span of the trace that its id says', async (t) => {
  const { traces, sent } = await traced(t)
  traces.seen({ ...asked, requestId })
  await traces.flush()
  const [span] = sent
  assert(span !== undefined)
  assert.equal(span.traceId, '0af7651916cd43dd8448eb211c80319c')
  assert.equal(span.parentSpanId, undefined)
  assert.deepEqual([span.name, span.kind], ['POST /compute', 2])
  assert.equal(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano), 5_000_000n)
})

test('a request of a caller who traces belongs to the caller’s trace', async (t) => {
  const { traces, sent } = await traced(t)
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
  traces.seen({ ...asked, requestId, traceparent })
  traces.seen({ ...asked, requestId, traceparent: 'nonsense', status: 503 })
  await traces.flush()
  assert.equal(sent[0]?.traceId, '4bf92f3577b34da6a3ce929d0e0e4736')
  assert.equal(sent[0]?.parentSpanId, '00f067aa0ba902b7')
  assert.equal(sent[1]?.traceId, '0af7651916cd43dd8448eb211c80319c')
  assert.equal(sent[1]?.status.code, 2)
})

test('an operation and its steps belong to the trace of the request that asked for it', async (t) => {
  const { cloud, traces, sent } = await traced(t)
  await cloud.boot({})
  await cloud.store.settled()
  await traces.flush()
  const build = sent.find(({ name }) => name === 'server.build')
  assert(build !== undefined)
  const steps = sent.filter(({ parentSpanId }) => parentSpanId === build.spanId)
  assert(steps.length > 3)
  assert(steps.every(({ traceId }) => traceId === build.traceId))
  assert.equal(new Set(sent.map(({ spanId }) => spanId)).size, sent.length)
  await traces.flush()
  assert.equal(sent.filter(({ name }) => name === 'server.build').length, 1, 'told once')
})

test('an operation that fails says why, and so does the step that did', async (t) => {
  const { cloud, traces, sent } = await traced(t)
  cloud.faults.replace({ faults: [{ on: 'spawn', raise: 'VirtualInterfaceCreateException' }] })
  await cloud.boot({})
  await cloud.store.settled()
  await traces.flush()
  const failed = sent.filter(({ status }) => status.code === 2)
  assert(failed.some(({ name }) => name === 'server.build'))
  assert(failed.some(({ name, status }) => name !== 'server.build' && status.message !== undefined))
})

test('what a collector does not take is lost, and is told once', async (t) => {
  const warned: unknown[] = []
  const log: Log = { ...silentLog, warn: (_message, fields) => void warned.push(fields) }
  const refusing = async (): Promise<boolean> => {
    throw new Error('nobody listens')
  }
  const { traces } = await traced(t, refusing, log)
  traces.seen({ ...asked, requestId })
  await traces.flush()
  await traces.flush()
  assert.deepEqual(warned, [{ lost: 1 }])
})
