import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changes } from '../../src/api/compute/changes.ts'
import { openHistory } from '../../src/api/compute/history.ts'
import { describeRoute } from '../../src/api/compute/route.ts'
import { routes, stateOf } from '../../src/api/compute/routes.ts'
import { furnish } from '../support/furnished-cloud.ts'
import type { Furnished } from '../support/furnished-cloud.ts'
import { computeApi } from '../support/compute-api.ts'
import type { Answered, Caller } from '../support/compute-api.ts'
import { bandAt, minorOf, missing, objections, operations } from '../oracle/nova-schemas.ts'
import type { Operation } from '../oracle/nova-schemas.ts'

const history = openHistory(changes)
const theirs = new Map(operations().map((each) => [keyOf(each), each]))
const working = routes.filter(
  (route) => stateOf(route) === 'works' && theirs.has(describeRoute(route)),
)

/**
 * What a real Nova refuses as well: hypervisors that cannot tell, machines that nobody switches, and tokens of a kind of console
 * that there is not any more. And there is no bare metal.
 */
const refusedThere = [
  'GET /os-hypervisors/{id}/uptime: {"notImplemented":{"code":501,"message":"The requested functionality is not supported."}}',
  ...['reboot', 'shutdown', 'startup'].map(
    (verb) =>
      `GET /os-hosts/{id}/${verb}: {"notImplemented":{"code":501,"message":"Virt driver does not implement host power management."}}`,
  ),
  'GET /os-baremetal-nodes/{id}: {"itemNotFound":{"code":404,"message":"Node one could not be found."}}',
  'GET /os-console-auth-tokens/{id}: {"badRequest":{"code":400,"message":"The server could not comply with the request since it is either malformed or otherwise incorrect."}}',
]

export function answerCases(): void {
  test(
    'every answer is what Nova says it is, at every version at which it changes',
    { skip: missing },
    async (t) => {
      const api = await computeApi(t)
      const furnished = await furnish(api)
      const differences: string[] = []
      const unanswered = new Set<string>()
      for (const route of working.filter(({ method }) => method === 'GET')) {
        const operation = theirs.get(describeRoute(route))
        assert(operation !== undefined)
        for (const path of furnished.pathsOf(route.path)) {
          for (const at of versionsOf(operation)) {
            if (!history.exists(route.name, at)) continue
            // Others see the same as members; they are asked for once.
            const others = at === history.newest ? (['manager', 'reader'] as const) : []
            for (const as of ['admin', 'member', ...others] as const) {
              const answer = await api.ask('GET', path(at), { at, as })
              if (answer.status >= 300) {
                if (as === 'admin')
                  unanswered.add(`${describeRoute(route)}: ${JSON.stringify(answer.body)}`)
                continue
              }
              judge(differences, operation, at, `GET ${path(at)} as ${as}`, answer)
            }
          }
        }
      }
      assert.deepEqual(differences, [])
      assert.deepEqual([...unanswered].toSorted(), [...refusedThere].toSorted())
    },
  )

  test('the answers to changes are what Nova says they are', { skip: missing }, async (t) => {
    const api = await computeApi(t)
    const furnished = await furnish(api)
    const differences: string[] = []
    for (const { route, path, as, bodyAt } of changesOf(furnished)) {
      const operation = theirs.get(route)
      assert(operation !== undefined, route)
      const [method = ''] = route.split(' ')
      for (const at of versionsOf(operation)) {
        const body = bodyAt(at)
        if (body === null) continue
        const answer = await api.ask(method, path, {
          at,
          as,
          ...(body === undefined ? {} : { body }),
        })
        assert(answer.status < 300, `${route} at 2.${at}: ${JSON.stringify(answer.body)}`)
        judge(differences, operation, at, route, answer)
        await api.cloud.settled()
      }
    }
    assert.deepEqual(differences, [])
  })
}

type Change = {
  readonly route: string
  readonly path: string
  readonly as: Caller
  /** The body at a version; undefined for none, null where the change does not exist. */
  readonly bodyAt: (at: number) => unknown
}

function changesOf({
  server,
  group,
  aggregate,
  services,
  publicFlavor,
  image,
}: Furnished): readonly Change[] {
  let count = 0
  const fresh = (): string => {
    count += 1
    return `n${count}`
  }
  return [
    {
      route: 'POST /flavors',
      path: '/flavors',
      as: 'admin',
      bodyAt: () => ({ flavor: { name: fresh(), ram: '64', vcpus: 1, disk: 1, swap: 0 } }),
    },
    {
      route: 'PUT /flavors/{id}',
      path: `/flavors/${publicFlavor}`,
      as: 'admin',
      bodyAt: (at) => (at < 55 ? null : { flavor: { description: fresh() } }),
    },
    {
      route: 'POST /flavors/{flavor_id}/os-extra_specs',
      path: `/flavors/${publicFlavor}/os-extra_specs`,
      as: 'admin',
      bodyAt: () => ({ extra_specs: { 'trait:CUSTOM_A': 'required', count: 3 } }),
    },
    {
      route: 'POST /os-keypairs',
      path: '/os-keypairs',
      as: 'member',
      bodyAt: (at) => ({
        keypair: { name: fresh(), ...(at < 92 ? {} : { public_key: furnishedKey }) },
      }),
    },
    {
      route: 'POST /os-server-groups',
      path: '/os-server-groups',
      as: 'admin',
      bodyAt: (at) => ({
        server_group:
          at < 64
            ? { name: fresh(), policies: ['affinity'] }
            : { name: fresh(), policy: 'anti-affinity', rules: { max_server_per_host: '3' } },
      }),
    },
    {
      route: 'POST /os-aggregates',
      path: '/os-aggregates',
      as: 'admin',
      bodyAt: () => ({ aggregate: { name: fresh() } }),
    },
    {
      route: 'PUT /os-aggregates/{id}',
      path: `/os-aggregates/${aggregate}`,
      as: 'admin',
      bodyAt: () => ({ aggregate: { name: fresh() } }),
    },
    {
      route: 'POST /os-aggregates/{id}/action set_metadata',
      path: `/os-aggregates/${aggregate}/action`,
      as: 'admin',
      bodyAt: () => ({ set_metadata: { metadata: { ssd: fresh() } } }),
    },
    {
      route: 'PUT /os-quota-sets/{id}',
      path: '/os-quota-sets/project-2',
      as: 'admin',
      bodyAt: () => ({ quota_set: { instances: 7, force: 'yes' } }),
    },
    {
      route: 'PUT /os-quota-class-sets/{id}',
      path: '/os-quota-class-sets/default',
      as: 'admin',
      bodyAt: () => ({ quota_class_set: { instances: 12 } }),
    },
    {
      route: 'PUT /os-services/{id}',
      path: `/os-services/${services.host2}`,
      as: 'admin',
      bodyAt: (at) => (at < 53 ? null : { status: 'disabled', disabled_reason: 'later' }),
    },
    {
      route: 'PUT /os-services/{id}',
      path: '/os-services/disable-log-reason',
      as: 'admin',
      bodyAt: (at) =>
        at < 53 ? { host: 'host2', binary: 'nova-compute', disabled_reason: 'later' } : null,
    },
    {
      route: 'PUT /os-services/{id}',
      path: '/os-services/enable',
      as: 'admin',
      bodyAt: (at) => (at < 53 ? { host: 'host2', binary: 'nova-compute' } : null),
    },
    {
      route: 'PUT /servers/{id}',
      path: `/servers/${server}`,
      as: 'admin',
      bodyAt: () => ({ server: { name: fresh() } }),
    },
    {
      route: 'PUT /servers/{id}',
      path: `/servers/${server}`,
      as: 'member',
      bodyAt: () => ({ server: { accessIPv4: '10.0.0.9' } }),
    },
    {
      route: 'POST /servers/{server_id}/metadata',
      path: `/servers/${server}/metadata`,
      as: 'member',
      bodyAt: () => ({ metadata: { a: 'b' } }),
    },
    {
      route: 'PUT /servers/{server_id}/tags',
      path: `/servers/${server}/tags`,
      as: 'member',
      bodyAt: (at) => (at < 26 ? null : { tags: ['one', 'two'] }),
    },
    {
      route: 'POST /servers',
      path: '/servers',
      as: 'admin',
      bodyAt: (at) => ({
        server: {
          name: fresh(),
          flavorRef: publicFlavor,
          imageRef: image,
          ...(at < 37 ? {} : { networks: 'none' }),
          ...(at % 2 === 0 ? { return_reservation_id: 'True' } : {}),
        },
        'os:scheduler_hints': { group },
      }),
    },
  ]
}

const furnishedKey = `ssh-ed25519 ${Buffer.concat([
  Buffer.from([0, 0, 0, 11]),
  Buffer.from('ssh-ed25519'),
  Buffer.from([0, 0, 0, 32]),
  Buffer.alloc(32, 7),
]).toString('base64')} somebody`

function judge(
  differences: string[],
  operation: Operation,
  at: number,
  what: string,
  answer: Answered,
): void {
  const schema = bandAt(operation.response_body, at)?.schema
  if (schema === null || schema === undefined) return
  // Views may share what they were made from; on the wire it is text.
  const body: unknown = answer.body === undefined ? null : JSON.parse(JSON.stringify(answer.body))
  const against = objections(schema, body)
  if (against !== '' && differences.length < 40) {
    differences.push(`2.${at} ${what}: ${against}: ${JSON.stringify(body).slice(0, 900)}`)
  }
}

/** Both ends of every band. */
function versionsOf({ response_body: bands }: Operation): readonly number[] {
  const ends = (bands ?? []).flatMap(({ min, max }) => [
    minorOf(min, 1),
    minorOf(max, history.newest),
  ])
  return [...new Set(ends.length === 0 ? [history.newest] : ends)].filter((at) => at > 0)
}

function keyOf({ method, route, action }: Operation): string {
  return `${method} ${route}${action === null ? '' : ` ${action}`}`
}
