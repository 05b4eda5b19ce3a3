/** Identity and whatever other services a test wants, behind a real HTTP server on a free port. */
import type { TestContext } from 'node:test'
import type { Mount } from '../../src/api/http/server.ts'
import { openServer } from '../../src/api/http/server.ts'
import { usualCatalog } from '../../src/domain/catalog.ts'
import { withAccessRules } from '../../src/api/identity/access-rule-gate.ts'
import { identityService } from '../../src/api/identity/service.ts'
import { openIdentity } from '../../src/app/identity/context.ts'
import type { IdentityContext } from '../../src/app/identity/context.ts'
import { openPasswords, usualPasswords } from '../../src/app/identity/passwords.ts'
import { hashSeedPasswords, seedIdentity } from '../../src/app/identity/seed.ts'
import type { Seeded } from '../../src/app/identity/seed.ts'
import { systemClock } from '../../src/lib/clock.ts'
import type { Clock } from '../../src/lib/clock.ts'
import { randomIds } from '../../src/lib/ids.ts'
import { silentLog } from '../../src/lib/log.ts'
import type { Log } from '../../src/lib/log.ts'
import { seededRandom } from '../../src/lib/random.ts'
import type { Store } from '../../src/store/store.ts'

export type Answer = {
  readonly status: number
  readonly headers: Headers
  // Tests look into answers of every form.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any
  readonly text: string
}

export type Ask = (
  method: string,
  path: string,
  options?: { readonly body?: unknown; readonly headers?: Record<string, string> },
) => Promise<Answer>

export type Services = {
  readonly origin: string
  readonly ctx: IdentityContext
  readonly seeded: Seeded
  /** Asks without a token. */
  readonly ask: Ask
  /** Logs in, on the project of that name, and returns a function that asks with the token. */
  as(user: string, project?: string): Promise<Ask & { readonly token: string }>
  /** Adds a user with a role on a new project of the same name. */
  addMember(
    name: string,
    role?: string,
  ): Promise<{ readonly userId: string; readonly projectId: string }>
}

export const passwordOf = (user: string): string => `${user}-secret`

export async function openServices(
  t: TestContext,
  store: Store,
  options: {
    readonly clock?: Clock
    readonly log?: Log
    readonly mounts?: (ctx: IdentityContext, seeded: Seeded) => Promise<readonly Mount[]>
  } = {},
): Promise<Services> {
  const clock = options.clock ?? systemClock
  const random = seededRandom('services')
  const passwords = openPasswords({ ...usualPasswords, cost: 16 })
  const common = { store, clock, ids: randomIds, random, log: options.log ?? silentLog }
  const ctx = openIdentity(common, { passwords })
  const plain = { admin: passwordOf('admin'), demo: passwordOf('demo') }
  const seed = await hashSeedPasswords(passwords, plain)
  const at = clock.now()
  const seeded = await store.transaction(
    async (tx) => await seedIdentity(tx, { ids: randomIds, at, passwords: seed }),
  )
  const identity = { mount: '/identity', service: identityService({ ctx, catalog: usualCatalog }) }
  const others = (await options.mounts?.(ctx, seeded)) ?? []
  const server = await openServer({
    services: [identity, ...others].map(({ mount, service }) => ({
      mount,
      service: withAccessRules(service, mount, ctx),
    })),
    host: '127.0.0.1',
    port: 0,
    clock: systemClock,
    ids: randomIds,
    log: options.log ?? silentLog,
  })
  t.after(async () => await server.close())
  const ask = asking(server.origin, {})
  const as: Services['as'] = async (user, project = user) => {
    const answer = await ask('POST', '/identity/v3/auth/tokens', {
      body: passwordAuth(user, passwordOf(user), { project: { name: project, domain } }),
    })
    const token = answer.headers.get('x-subject-token') ?? ''
    if (answer.status !== 201) throw new Error(`${user} cannot log in: ${answer.text}`)
    return Object.assign(asking(server.origin, { 'X-Auth-Token': token }), { token })
  }
  const addMember: Services['addMember'] = async (name, role = 'member') => {
    const admin = await as('admin')
    const made = async (kind: string, fields: object): Promise<string> =>
      (await admin('POST', `/identity/v3/${kind}s`, { body: { [kind]: { name, ...fields } } }))
        .body[kind].id
    const projectId = await made('project', {})
    const userId = await made('user', { password: passwordOf(name) })
    const { body } = await admin('GET', `/identity/v3/roles?name=${role}`)
    await admin(
      'PUT',
      `/identity/v3/projects/${projectId}/users/${userId}/roles/${body.roles[0].id}`,
    )
    return { userId, projectId }
  }
  return { origin: server.origin, ctx, seeded, ask, as, addMember }
}

const domain = { id: 'default' }

export function passwordAuth(name: string, password: string, scope?: unknown): object {
  const identity = { methods: ['password'], password: { user: { name, domain, password } } }
  return { auth: scope === undefined ? { identity } : { identity, scope } }
}

function asking(origin: string, common: Record<string, string>): Ask {
  return async (method, path, { body, headers } = {}) => {
    const raw = body === undefined || typeof body === 'string' || body instanceof Uint8Array
    const response = await fetch(origin + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(raw ? {} : { 'Content-Type': 'application/json' }),
        ...common,
        ...headers,
      },
      // Strings and bytes go as they are, so that a test can send what is no JSON.
      ...(body === undefined
        ? {}
        : { body: raw ? (body as string | Uint8Array<ArrayBuffer>) : JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json') === true && text !== ''
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson ? JSON.parse(text) : null,
    }
  }
}
