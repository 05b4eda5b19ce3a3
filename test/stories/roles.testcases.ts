import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeRoute } from '../../src/api/compute/route.ts'
import type { Route } from '../../src/api/compute/route.ts'
import { routes, stateOf } from '../../src/api/compute/routes.ts'
import { openHistory } from '../../src/api/compute/history.ts'
import { changes } from '../../src/api/compute/changes.ts'
import { allows, fullNameOf, policy } from '../../src/domain/policy.ts'
import type { Target } from '../../src/domain/policy.ts'
import { sampleOf } from '../oracle/variations.ts'
import { callers } from '../support/callers.ts'
import type { Caller } from '../support/callers.ts'
import { computeApi } from '../support/compute-api.ts'
import type { Answered } from '../support/compute-api.ts'
import { furnish } from '../support/furnished-cloud.ts'
import type { Furnished } from '../support/furnished-cloud.ts'

const history = openHistory(changes)
const working = routes.filter(
  (route) => stateOf(route) === 'works' && route.policy !== null && route.speaksAs === undefined,
)

const someImage = '11111111-2222-3333-4444-555555555555'

const plain: Readonly<Record<string, unknown>> = {
  'server.migrate': { migrate: null },
  'server.unshelve': { unshelve: null },
  'server.migrateLive': { 'os-migrateLive': { host: null, block_migration: 'auto' } },
}

/** Whom the objects of the furnished cloud belong to. */
const owner: Target = { projectId: 'project-1', userId: 'user-1' }

export function roleCases(): void {
  test('every route does for every role what the table of policies says', async (t) => {
    const api = await computeApi(t)
    const furnished = await furnish(api)
    const asked = async (route: Route, as: Caller): Promise<Answered> => {
      const at = history.lifeOf(route.name).until ?? history.newest
      const path = pathOf(route, furnished, at)
      const body = bodyOf(route, at, path)
      return await api.ask(route.method, path, { as, at, ...(body === undefined ? {} : { body }) })
    }
    const wrong: string[] = []
    // Who may not changes nothing, so these come first.
    for (const route of working) {
      for (const as of Object.keys(callers) as Caller[]) {
        if (mayDo(route, as)) continue
        const answer = await asked(route, as)
        if (!isRefusal(route, as, answer)) {
          wrong.push(
            `${describeRoute(route)} as ${as}: ${answer.status} ${JSON.stringify(answer.body)}`,
          )
        }
      }
    }
    for (const route of working.toSorted(destructiveLast)) {
      for (const as of Object.keys(callers) as Caller[]) {
        if (!mayDo(route, as)) continue
        const answer = await asked(route, as)
        if (answer.status === 403 && String(answer.body?.forbidden?.message).startsWith('Policy')) {
          wrong.push(`${describeRoute(route)} as ${as} is refused`)
        }
      }
      await api.cloud.settled()
    }
    assert.deepEqual(wrong, [])
  })

  test('a token that is not for a project may do nothing', async () => {
    const unscoped = { ...callers.admin, projectId: null }
    const system = { ...callers.admin, systemScoped: true }
    for (const rule of Object.keys(policy) as (keyof typeof policy)[]) {
      assert.equal(allows(unscoped, rule), false)
      assert.equal(allows(system, rule), false)
    }
  })
}

/** What is asked at the door is asked about the caller's own; what has an owner, about the owner. */
function mayDo({ policy: rule, judge }: Route, as: Caller): boolean {
  if (rule === null) return true
  return allows(callers[as], rule, judge === 'door' ? undefined : owner)
}

/**
 * Those who are at home are refused by the rule's name. For others, what is not theirs does not exist; but for what is looked up
 * before it is known whose it is.
 */
function isRefusal(route: Route, as: Caller, { status, body }: Answered): boolean {
  const isStranger = callers[as].projectId !== 'project-1'
  const isHidden =
    /^\/(servers\/|os-server-groups)/.test(route.path) &&
    route.judge === 'use-case' &&
    !/^\/servers\/\{server_id\}\/(tags|shares)/.test(route.path)
  if (isStranger && isHidden) return status === 404
  const message = `Policy doesn't allow ${fullNameOf(route.policy ?? 'limits')} to be performed.`
  return status === 403 && body.forbidden.message === message
}

function pathOf(route: Route, furnished: Furnished, at: number): string {
  const [path] = furnished.pathsOf(route.path)
  if (path !== undefined && !path(at).includes('{')) {
    const found = path(at).split('?')[0] ?? ''
    // A user's key pair is named with its user, or it would be the caller's own.
    return route.path.startsWith('/os-keypairs') && route.method !== 'POST'
      ? `${found}?user_id=user-1`
      : found
  }
  return route.path
    .replace('{server_id}', furnished.server)
    .replace('{flavor_id}', furnished.publicFlavor)
    .replace('{id}', route.path.startsWith('/servers/') ? furnished.server : 'what')
}

function bodyOf(route: Route, at: number, path: string): unknown {
  if (route.request === null) return undefined
  const body = sampleOf(history.request(route.name, route.request, at))
  if (route.name === 'keypairs.create') {
    return { keypair: { name: 'other', public_key: 'ssh-rsa AAAA', user_id: 'user-1' } }
  }
  // Naming a host is for operators: that is another rule.
  if (route.name in plain) return plain[route.name]
  // Exchanging volumes is for services: that is another rule.
  if (route.name === 'server.volumes.update') {
    return { volumeAttachment: { volumeId: path.split('/').at(-1) } }
  }
  if (route.name === 'server.rebuild') return { rebuild: { imageRef: someImage } }
  return route.name === 'server.metadata.set' ? { meta: { a: 'c' } } : body
}

function destructiveLast(a: Route, b: Route): number {
  return Number(a.method === 'DELETE') - Number(b.method === 'DELETE')
}
