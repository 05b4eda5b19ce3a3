/** The Compute API over a fake cloud, asked without HTTP in between: a request is a value, and so is its answer. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { openCompute } from '../../src/api/compute/compute.ts'
import type { ComputeContext } from '../../src/app/compute-context.ts'
import type { HttpReply, Service } from '../../src/api/http/service.ts'
import type { ProjectId } from '../../src/domain/ids.ts'
import { openImageFiles } from '../../src/app/image/files.ts'
import { randomIds } from '../../src/lib/ids.ts'
import { asProblem } from '../../src/lib/problem.ts'
import { refusalOf } from '../../src/api/http/problems.ts'
import * as projects from '../../src/store/identity/projects.ts'
import * as domains from '../../src/store/identity/domains.ts'
import { callers } from './callers.ts'
import type { Caller } from './callers.ts'
import { openWitness } from './compute-oracle.ts'
import { fakeCloud } from './fake-cloud.ts'
import type { FakeCloud, FakeCloudOptions } from './fake-cloud.ts'

export type { Caller } from './callers.ts'

export type Asked = {
  readonly as?: Caller
  /** The minor microversion, or the text of the header; the oldest when absent. */
  readonly at?: number | string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly root?: 'v2' | 'v2.1'
}

export type Answered = {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  // Tests look into answers of every form.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any
}

export type ComputeApi = {
  readonly cloud: FakeCloud
  readonly ctx: ComputeContext
  readonly service: Service
  /** Asks below the version's root. */
  ask(method: string, path: string, asked?: Asked): Promise<Answered>
  /** Asks at the newest version. */
  now(method: string, path: string, asked?: Asked): Promise<Answered>
}

export async function computeApi(
  t: TestContext,
  options: FakeCloudOptions = {},
): Promise<ComputeApi> {
  const cloud = await fakeCloud(t, options)
  await cloud.store.transaction(async (tx) => {
    const at = Date.now()
    const domainId = 'default'
    const common = { description: '', enabled: true, extra: {}, options: {} }
    await domains.add(tx, { id: domainId, name: 'Default', ...common }, at)
    for (const id of ['project-1', 'project-2', 'project-s'] as ProjectId[]) {
      const project = { id, name: id, domainId, parentId: domainId, tags: [], ...common }
      await projects.add(tx, project, at)
    }
  })
  const folder = await mkdtemp(join(tmpdir(), 'berth-images-'))
  t.after(async () => await rm(folder, { recursive: true }))
  const files = openImageFiles(folder, { ids: randomIds })
  const ctx = { ...cloud.cloud.ctx, files }
  const service = openCompute(ctx, {
    authenticate: async (token) => (token in callers ? callers[token as Caller] : null),
  })
  const ask: ComputeApi['ask'] = async (method, path, asked = {}) => {
    const reply = await answer(
      service,
      method,
      path,
      { as: 'member', ...asked },
      cloud.request().requestId,
    )
    const answered = { status: reply.status, headers: reply.headers ?? {}, body: received(reply) }
    witnessed(method, path, asked, answered)
    return answered
  }
  return {
    cloud,
    ctx,
    service,
    ask,
    now: async (method, path, asked) => await ask(method, path, { at: 'latest', ...asked }),
  }
}

/** The body as a client reads it. */
function received({ body, sent }: HttpReply): unknown {
  if (body === undefined || Symbol.asyncIterator in body) return body
  const text = Buffer.isBuffer(body) ? body.toString() : JSON.stringify(body)
  sent?.()
  return JSON.parse(text) as unknown
}

/** Of every exchange in this process. */
export const witness = openWitness()

/** Legacy requests are judged loosely by design, and text that is no JSON is nothing to judge. */
function witnessed(method: string, target: string, asked: Asked, answered: Answered): void {
  const { as = 'member', at, root = 'v2.1', body } = asked
  if (root !== 'v2.1' || typeof body === 'string') return
  const [path = '', query = ''] = target.split('?')
  const { status } = answered
  const exchange = { as, method, path, query: new URLSearchParams(query), body, status }
  witness.judge({ ...exchange, at: minorOf(at), answer: answered.body })
}

function minorOf(at: Asked['at']): number {
  if (at === 'latest') return Infinity
  return at === undefined ? 1 : Number(String(at).replace('2.', ''))
}

async function answer(
  service: Service,
  method: string,
  target: string,
  { as = 'member', at, body, headers = {}, root = 'v2.1' }: Asked,
  requestId: string,
): Promise<HttpReply> {
  const [path = '', query = ''] = target.split('?')
  const version = typeof at === 'number' ? `2.${at}` : at
  try {
    return await service.answer({
      method,
      path: `/${root}${path}`,
      query: new URLSearchParams(query),
      headers: {
        'x-auth-token': as,
        ...(version === undefined ? {} : { 'openstack-api-version': `compute ${version}` }),
        ...headers,
      },
      body:
        body === undefined
          ? Buffer.alloc(0)
          : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
      origin: 'http://cloud',
      mount: '/compute',
      requestId,
      globalRequestId: null,
      signal: new AbortController().signal,
    })
  } catch (thrown) {
    const refusal = refusalOf(asProblem(thrown))
    // What a client would see as a 500 is what a test should see as what it is.
    if (refusal.problem.kind === 'bug') throw thrown
    return service.refuse?.(refusal, null) ?? { status: refusal.status }
  }
}
