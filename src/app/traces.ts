/**
 * Traces for an OpenTelemetry collector, when one is configured: every request, and every operation with its steps.
 *
 * A request's trace is its caller's, where the caller said one, and else follows from its id; an operation belongs to the trace
 * of the request that asked for it, which its action remembers. Spans wait in a queue of bounded length and are sent every so
 * often; what a collector does not take is lost and counted in the log, for nothing may wait for it.
 */
import { hash } from 'node:crypto'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { traceparentOf, traceRequest } from '../lib/otlp.ts'
import type { Span } from '../lib/otlp.ts'
import { requestsOf } from '../store/compute/actions.ts'
import { entriesOf } from '../store/sagas/log.ts'
import type { LogEntry } from '../store/sagas/log.ts'
import * as sagas from '../store/sagas/reading.ts'
import type { SagaRecord } from '../store/sagas/record.ts'
import type { Store } from '../store/store.ts'

export type TracedRequest = {
  readonly requestId: string
  readonly service: string
  readonly method: string
  readonly path: string
  readonly status: number
  readonly tookMs: number
  readonly traceparent?: string | undefined
}

export type Traces = {
  seen(request: TracedRequest): void
  /** Sends what is waiting. */
  flush(): Promise<void>
  close(): Promise<void>
}

export type TracesParts = {
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
  /** Posts to the collector. Rejects, or answers false, when it did not take it. */
  readonly send: (body: object) => Promise<boolean>
}

const everyMs = 5000
const queueMax = 8192
const batchMax = 512

export function openTraces({ store, clock, log, send }: TracesParts): Traces {
  let spans: Span[] = []
  let ended: string[] = []
  let lost = 0
  /** Requests that belong to a trace of their caller's, of which an operation may still come to its end. */
  const callers = new Map<string, string>()
  let closed = false
  const queue = (span: Span): void => {
    if (spans.length < queueMax) spans.push(span)
    else lost += 1
  }
  const traceOf = (id: string): string => callers.get(id) ?? traceIdOf(id)
  const unsubscribe = store.subscribe('saga', (changes) => {
    for (const { key, data } of changes) {
      if (data['what'] !== 'ended') continue
      if (ended.length < queueMax) ended.push(key)
      else lost += 1
    }
  })
  const flush = async (): Promise<void> => {
    const ids = ended
    ended = []
    for (let at = 0; at < ids.length; at += batchMax) {
      const some = ids.slice(at, at + batchMax)
      for (const span of await operationSpans(store, some, traceOf)) queue(span)
    }
    const waiting = spans
    spans = []
    for (let at = 0; at < waiting.length; at += batchMax) {
      const batch = waiting.slice(at, at + batchMax)
      const taken = await send(traceRequest(batch, { 'service.name': 'berth' })).catch(
        () => false, // What it was is the collector's business; that it was lost is told below.
      )
      if (!taken) lost += batch.length
    }
    if (lost > 0) log.warn('spans were lost', { lost })
    lost = 0
  }
  const tick = async (): Promise<void> => {
    try {
      await flush()
    } catch (thrown) {
      log.warn('traces could not be read', { cause: String(thrown) })
    }
    if (!closed) cancel = clock.after(everyMs, () => void tick())
  }
  let cancel = clock.after(everyMs, () => void tick())
  return {
    seen: (request) => {
      const parent = traceparentOf(request.traceparent)
      if (parent !== null) {
        callers.set(request.requestId, parent.traceId)
        const [oldest] = callers.keys()
        if (callers.size > queueMax && oldest !== undefined) callers.delete(oldest)
      }
      queue(requestSpan(request, parent, clock.now()))
    },
    flush,
    close: async () => {
      closed = true
      cancel()
      unsubscribe()
      await flush()
    },
  }
}

function requestSpan(
  request: TracedRequest,
  parent: ReturnType<typeof traceparentOf>,
  now: number,
): Span {
  const { requestId, service, method, path, status, tookMs } = request
  return {
    traceId: parent?.traceId ?? traceIdOf(requestId),
    spanId: spanIdOf(requestId),
    parentId: parent?.parentId ?? null,
    name: `${method} ${service === '' ? '/' : service}`,
    kind: 'server',
    startMs: now - tookMs,
    endMs: now,
    attributes: {
      'http.request.method': method,
      'http.response.status_code': status,
      'url.path': service + path,
      'berth.request_id': requestId,
    },
    error: status >= 500 ? `status ${status}` : null,
  }
}

/** Operations that have ended, each with a span for every step that it went through. */
async function operationSpans(
  store: Store,
  ids: readonly string[],
  traceOf: (requestId: string) => string,
): Promise<readonly Span[]> {
  return await store.read(async (reader) => {
    const entries = Map.groupBy(await entriesOf(reader, ids), ({ sagaId }) => sagaId)
    const requests = await requestsOf(reader, ids)
    const found = await sagas.listByIds(reader, ids)
    return found.flatMap((saga) => {
      const requestId = requests.get(saga.id) ?? null
      const traceId = requestId === null ? traceIdOf(saga.id) : traceOf(requestId)
      return spansOf(saga, entries.get(saga.id) ?? [], { traceId, requestId })
    })
  })
}

function spansOf(
  saga: SagaRecord,
  entries: readonly LogEntry[],
  { traceId, requestId }: { readonly traceId: string; readonly requestId: string | null },
): readonly Span[] {
  const root: Span = {
    traceId,
    spanId: spanIdOf(saga.id),
    parentId: requestId === null ? null : spanIdOf(requestId),
    name: saga.name,
    kind: 'internal',
    startMs: saga.startedAt,
    endMs: saga.endedAt ?? saga.updatedAt,
    attributes: {
      'berth.operation': saga.name,
      'berth.subject': saga.subject,
      'berth.saga': saga.id,
    },
    error: saga.state === 'failed' ? (saga.problem?.message ?? 'failed') : null,
  }
  const steps = entries.map((entry) => stepSpan(entry, root))
  return [root, ...steps]
}

function stepSpan(entry: LogEntry, root: Span): Span {
  const { step, direction, round, startedAt, finishedAt, host, attempts } = entry
  return {
    traceId: root.traceId,
    spanId: spanIdOf(`${entry.sagaId}/${step}/${direction}/${round}`),
    parentId: root.spanId,
    name: direction === 'do' ? entry.title : `${direction}: ${entry.title}`,
    kind: 'internal',
    startMs: startedAt,
    endMs: finishedAt ?? startedAt,
    attributes: {
      'berth.step': step,
      'berth.direction': direction,
      'berth.round': round,
      'berth.retries': attempts,
      ...(host === null ? {} : { 'berth.host': host }),
    },
    error: entry.outcome === 'failed' ? (entry.problem?.message ?? 'failed') : null,
  }
}

/** A request's id is a UUID, which is just as long as the id of a trace. */
function traceIdOf(id: string): string {
  const hex = id.replace('req-', '').replaceAll('-', '')
  return /^[0-9a-f]{32}$/.test(hex) ? hex : hash('sha256', id, 'hex').slice(0, 32)
}

function spanIdOf(id: string): string {
  return hash('sha256', id, 'hex').slice(0, 16)
}
