/**
 * Every route of Placement, asked by everybody, with tokens that the real Identity gave out.
 *
 * The table of roles is written down here once more, as the documents of Placement have it: what is compared with the policies in
 * the sources must not be derived from them.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { placementService } from '../../src/api/placement/service.ts'
import { placementRoutes } from '../../src/api/placement/routes.ts'
import { byToken } from '../../src/app/identity/authenticate.ts'
import { openPolicy } from '../../src/domain/placement/policy.ts'
import { derivedUuid } from '../../src/lib/ids.ts'
import { openTestPlacement } from '../support/placement.ts'
import type { Answer } from '../support/services.ts'
import { openServices, passwordAuth, passwordOf } from '../support/services.ts'
import { openEmbedded } from '../support/stores.ts'

/** Who may: nobody needs a token, admins and services, those and readers of the project asked about, services only. */
type Circle = 'everybody' | 'operators' | 'operators and readers' | 'services'

function circleOf(method: string, path: string): Circle {
  if (path === '/') return 'everybody'
  if (path === '/usages') return 'operators and readers'
  if (path === '/reshaper' && method === 'POST') return 'services'
  return 'operators'
}

const callers = [
  'admin',
  'service',
  'manager',
  'member',
  'reader',
  'reader elsewhere',
  'admin of the system',
  'admin of the domain',
  'admin without scope',
  'a bad token',
  'nobody',
] as const
type Caller = (typeof callers)[number]

/** While defaults of older releases count, which they do unless said otherwise, an admin may do what services may. */
function mayDo(caller: Caller, circle: Circle, oldDefaults: boolean): boolean {
  if (circle === 'everybody') return true
  if (caller === 'service') return true
  // An admin of anything else than a project may do nothing.
  if (caller === 'admin') return circle !== 'services' || oldDefaults
  const reads = caller === 'manager' || caller === 'member' || caller === 'reader'
  return circle === 'operators and readers' && reads
}

const isKnown = (caller: Caller): boolean => caller !== 'a bad token' && caller !== 'nobody'

for (const oldDefaults of [true, false]) {
  const which = oldDefaults ? 'with the defaults of older releases' : 'with the new defaults only'
  test(`every route does for every role what the table of roles says, ${which}`, async (t) => {
    const store = await openEmbedded(t)
    const placement = await openTestPlacement({}, store)
    t.after(async () => await placement.close())
    const services = await openServices(t, store, {
      mounts: async (ctx) => [
        {
          mount: '/placement',
          service: placementService({
            ctx: placement.ctx,
            authenticate: byToken(ctx),
            policy: openPolicy({ newDefaultsOnly: !oldDefaults }),
          }),
        },
      ],
    })
    const projects = new Map<Caller, string>([['admin', services.seeded.projects.admin]])
    for (const role of ['service', 'manager', 'member', 'reader'] as const) {
      projects.set(role, (await services.addMember(`some ${role}`, role)).projectId)
    }
    // Asks about a project that is not its own.
    await services.addMember('elsewhere', 'reader')
    projects.set('reader elsewhere', projects.get('reader') ?? '')
    const tokens = await tokensOf(services)

    const wrong: string[] = []
    for (const { method, path, name } of placementRoutes) {
      for (const caller of callers) {
        const target = pathOf(path, projects.get(caller) ?? services.seeded.projects.demo)
        const answer = await services.ask(method, `/placement${target}`, {
          headers: headersOf(tokens.get(caller), caller),
        })
        const circle = circleOf(method, path)
        const found = verdictOf(answer)
        const due = mayDo(caller, circle, oldDefaults)
          ? 'allowed'
          : isKnown(caller)
            ? 'forbidden'
            : 'unknown'
        if (found !== due) wrong.push(`${name} by ${caller}: ${found}, not ${due}`)
      }
    }
    assert.deepEqual(wrong, [])
  })
}

async function tokensOf(
  services: Awaited<ReturnType<typeof openServices>>,
): Promise<ReadonlyMap<Caller, string>> {
  const issued = async (scope: unknown): Promise<string> => {
    const body = passwordAuth('admin', passwordOf('admin'), scope)
    const answer = await services.ask('POST', '/identity/v3/auth/tokens', { body })
    return answer.headers.get('x-subject-token') ?? assert.fail(answer.text)
  }
  return new Map<Caller, string>([
    ['admin', (await services.as('admin')).token],
    ['service', (await services.as('some service')).token],
    ['manager', (await services.as('some manager')).token],
    ['member', (await services.as('some member')).token],
    ['reader', (await services.as('some reader')).token],
    ['reader elsewhere', (await services.as('elsewhere')).token],
    ['admin of the system', await issued({ system: { all: true } })],
    ['admin of the domain', await issued({ domain: { id: 'default' } })],
    ['admin without scope', await issued('unscoped')],
    ['a bad token', 'nobody-gave-this-out'],
  ])
}

function headersOf(token: string | undefined, caller: Caller): Record<string, string> {
  return {
    'OpenStack-API-Version': 'placement 1.39',
    'Content-Type': 'application/json',
    ...(token === undefined || caller === 'nobody' ? {} : { 'X-Auth-Token': token }),
  }
}

function pathOf(path: string, projectId: string): string {
  const someone = derivedUuid('placement-roles', 'someone')
  const named = path.replace(/\{\w*uuid\}/, someone).replace(/\{\w+\}/, 'CUSTOM_X')
  return path === '/usages' ? `${named}?project_id=${projectId}` : named
}

/** Whoever is let in may still hear that what was sent is wrong, or that there is no such thing. */
function verdictOf({ status }: Answer): 'allowed' | 'forbidden' | 'unknown' {
  if (status === 401) return 'unknown'
  return status === 403 ? 'forbidden' : 'allowed'
}
