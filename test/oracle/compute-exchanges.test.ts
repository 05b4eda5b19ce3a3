import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { computeApi } from '../support/compute-api.ts'
import type { Answered, ComputeApi } from '../support/compute-api.ts'
import { addImage } from '../support/compute-surroundings.ts'

/** Recorded exchanges with a real Nova. They lie beside the project: where they are missing, this suite is skipped. */
const folder = new URL('../../../shared/reference/golden/', import.meta.url)
const missing = existsSync(folder)
  ? false
  : 'skipped: the recorded exchanges are not beside the project'

type Exchange = {
  readonly name: string
  readonly status: number
  readonly method: string
  readonly path: string
  readonly version: string | null
  readonly body: string
}

/** Answers that are not the same, and why. */
const differences: Readonly<Record<string, string>> = {
  'err-404-server-action': 'which cell a server is in is nothing that a user should hear of',
  'err-406-microversion': 'our newest version is a newer one',
  'err-400-query-sort': 'the order in which the keys are listed is arbitrary there',
  'err-403-quota-exceeded': 'it was recorded with a quota that was set before',
  'err-400-os-quota-sets-below-usage': 'it was recorded with other servers',
  'err-404-os-networks-2.36':
    'the same, but it is recorded for a version that we do not compare here',
}

/** Ids that were recorded, and what stands for them here. */
type Stand = Readonly<Record<string, string>>

test(
  'refusals are those that were recorded: status, body and headers',
  { skip: missing },
  async (t) => {
    const api = await computeApi(t)
    const stand = await prepare(api)
    const different: string[] = []
    for (const exchange of exchanges().filter(
      ({ name }) => name.startsWith('err-') || name.startsWith('member-40'),
    )) {
      if (!exchange.path.startsWith('/v2.1') || differences[exchange.name] !== undefined) continue
      const recorded = recordedAnswer(exchange.name)
      const answer = await repeat(api, exchange, stand)
      const told = { status: answer.status, body: answer.body }
      const expected = {
        status: exchange.status,
        body: JSON.parse(substituted(JSON.stringify(recorded.body), stand)),
      }
      if (JSON.stringify(told) !== JSON.stringify(expected)) {
        different.push(
          `${exchange.name}: ${JSON.stringify(told)} instead of ${JSON.stringify(expected)}`,
        )
      }
      const lacking = recorded.headers.filter((name) => !headerNames(answer).has(name))
      if (lacking.length > 0) different.push(`${exchange.name} lacks ${lacking.join(', ')}`)
    }
    assert.deepEqual(different, [])
  },
)

test('documents have the keys and the types that were recorded', { skip: missing }, async (t) => {
  const api = await computeApi(t, { hosts: ['host1', 'host2'] })
  const stand = await prepare(api)
  const different: string[] = []
  const compared = exchanges().filter(
    ({ name, status, path, method }) =>
      method === 'GET' &&
      status === 200 &&
      path.startsWith('/v2.1/') &&
      /^(flavor|os-|limits|server|member-server-show|microversion|query|fail-2-after-server$)/.test(
        name,
      ),
  )
  for (const exchange of compared) {
    if (Object.keys(unlike).some((name) => exchange.name.startsWith(name))) continue
    const { body } = recordedAnswer(exchange.name)
    const answer = await repeat(api, exchange, stand)
    if (answer.status !== exchange.status) {
      different.push(`${exchange.name}: ${answer.status} ${JSON.stringify(answer.body)}`)
      continue
    }
    for (const line of unlikeShapes(body, JSON.parse(JSON.stringify(answer.body)), '')) {
      if (!reasons.some(([pattern]) => pattern.test(line)))
        different.push(`${exchange.name}: ${line}`)
    }
  }
  assert.deepEqual(different, [])
  assert(compared.length > 60, 'most exchanges are compared')
})

/** Exchanges whose documents cannot be compared: what was recorded is of another kind of cloud. */
const unlike: Readonly<Record<string, string>> = {
  'server-show-PAUSED': 'the state is not the point',
  'server-show-SUSPENDED': 'the state is not the point',
  'server-show-SHUTOFF': 'the state is not the point',
  'server-show-locked': 'the state is not the point',
  'server-show-building': 'the state is not the point',
  'server-show-deleting': 'the state is not the point',
  'server-show-just-deleted': 'the state is not the point',
  'servers-deleted-detail': 'it needs a server that was deleted',
  'server-instance-actions-deleted': 'it needs a server that was deleted',
}

/** Differences in what is compared, with the reason. */
const reasons: readonly (readonly [line: RegExp, why: string])[] = [
  [/security_groups: more/, 'a server tells its security groups also when it has no port'],
  [/cpu_info\..*: missing/, 'nothing is known of simulated processors'],
  [/root_device_name/, 'it was recorded before the server was built'],
  [/events\[\]\.host: missing/, 'a step that only writes records happens on no host'],
  [/server\.(fault: missing|progress: more)/, 'it was recorded of a server in ERROR'],
]

async function prepare(api: ComputeApi): Promise<Stand> {
  const sizes = [
    ['1', 'm1.tiny', 512, 1],
    ['2', 'm1.small', 2048, 20],
    ['3', 'm1.medium', 4096, 40],
    ['golden', 'golden', 64, 1],
  ] as const
  for (const [id, name, ram, disk] of sizes) {
    await api.now('POST', '/flavors', {
      as: 'admin',
      body: { flavor: { id, name, ram, vcpus: 1, disk } },
    })
  }
  const image = await addImage(api)
  const boot = async (): Promise<Answered> =>
    await api.now('POST', '/servers', {
      as: 'admin',
      body: {
        server: {
          name: 'golden-2',
          flavorRef: '1',
          imageRef: image,
          networks: 'none',
          metadata: { a: 'b' },
          tags: ['t1'],
        },
      },
    })
  await boot()
  await boot()
  const { server } = (await boot()).body
  await api.cloud.settled()
  const { instanceActions } = (await api.now('GET', `/servers/${server.id}/os-instance-actions`))
    .body
  const { hypervisors } = (await api.now('GET', '/os-hypervisors', { as: 'admin' })).body
  const recordedServers = new Set(
    exchanges().flatMap(({ path }) => /servers\/([0-9a-f-]{36})/.exec(path)?.[1] ?? []),
  )
  recordedServers.delete('11111111-1111-1111-1111-111111111111')
  return {
    ...Object.fromEntries([...recordedServers].map((id) => [id, server.id])),
    '2e873f91bfcd46e68ca51b6260028b66': 'project-1',
    '0c897350729e41f2b22fcc346407d291': 'project-1',
    '60cfcb7b-355d-4e60-a0f3-2c9ab490abfc': hypervisors[0].id,
    'req-d11d29bd-fbff-4409-9932-64e7f56d3d2c': instanceActions[0].request_id,
    'f73ae322-d41b-42f0-be44-06d51a5fe444': image,
  }
}

async function repeat(api: ComputeApi, exchange: Exchange, stand: Stand): Promise<Answered> {
  const { name, method, path, version, body } = exchange
  // The token that was not good is recorded by the name of the exchange only.
  const bad = name === 'err-401-no-token' || name === 'err-401-bad-token'
  const other = name === 'member-404-other-project'
  const headers: Record<string, string> = bad ? { 'x-auth-token': 'nobody' } : {}
  return await api.ask(method, substituted(path, stand).replace('/v2.1', ''), {
    as: other ? 'other' : name.startsWith('member-') ? 'member' : 'admin',
    ...(version === null ? {} : { at: version }),
    ...(body === '' ? {} : { body: substituted(body, stand) }),
    headers,
  })
}

function exchanges(): readonly Exchange[] {
  if (missing !== false) return []
  const lines = readFileSync(new URL('index.tsv', folder), 'utf8').trimEnd().split('\n').slice(1)
  return lines.map((line) => {
    const [name = '', status = '', method = '', path = '', version = '', body = ''] =
      line.split('\t')
    const asked = version.startsWith('compute ') ? version.slice('compute '.length) : null
    return { name, status: Number(status), method, path, version: asked, body }
  })
}

function recordedAnswer(name: string): {
  readonly headers: readonly string[]
  readonly body: unknown
} {
  const text = readFileSync(new URL(`${name}.http`, folder), 'utf8').replaceAll('\r', '')
  const [head = '', ...rest] = text.split('\n\n')
  const headers = head
    .split('\n')
    .slice(1)
    .map((line) => line.split(':')[0]?.toLowerCase() ?? '')
    .filter(
      (each) =>
        ![
          'content-length',
          'connection',
          'date',
          'content-type',
          'x-openstack-request-id',
        ].includes(each),
    )
  const body = rest.join('\n\n')
  return { headers, body: body === '' ? undefined : JSON.parse(body) }
}

function headerNames({ headers }: Answered): ReadonlySet<string> {
  return new Set(Object.keys(headers).map((name) => name.toLowerCase()))
}

function substituted(text: string, stand: Stand): string {
  return Object.entries(stand).reduce((result, [from, to]) => result.replaceAll(from, to), text)
}

/** Where two documents have other keys or other types. Of lists the first items are compared. */
function* unlikeShapes(recorded: unknown, ours: unknown, path: string): Generator<string> {
  if (recorded === null || ours === null) return
  if (Array.isArray(recorded) && Array.isArray(ours)) {
    if (recorded.length > 0 && ours.length > 0)
      yield* unlikeShapes(recorded[0], ours[0], `${path}[]`)
    return
  }
  if (typeof recorded !== typeof ours || Array.isArray(recorded) !== Array.isArray(ours)) {
    if (path.endsWith('.image')) return
    yield `${path}: ${typeof ours} instead of ${typeof recorded}`
    return
  }
  if (typeof recorded !== 'object' || typeof ours !== 'object') return
  // Free maps have whatever keys they have.
  if (/\.(metadata|addresses|extra_specs|hosts|properties)$/.test(path)) return
  for (const [key, value] of Object.entries(recorded)) {
    if (!(key in ours)) yield `${path}.${key}: missing`
    else yield* unlikeShapes(value, (ours as Record<string, unknown>)[key], `${path}.${key}`)
  }
  for (const key of Object.keys(ours)) if (!(key in recorded)) yield `${path}.${key}: more`
}
