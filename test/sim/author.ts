/**
 * Writes stories from seeds: lives of servers that overlap, and misfortune of every kind.
 *
 * A life is a walk through the table of acts with pauses that are long enough most of the time and far too short now and then,
 * with requests that come twice and deletes that come whenever they like.
 */
import { exceptionNames } from '../../src/drivers/exceptions.ts'
import type { FaultData } from '../../src/drivers/fault-data.ts'
import { seededRandom } from '../../src/lib/random.ts'
import type { Random } from '../../src/lib/random.ts'
import { pick } from './act.ts'
import type { Rough } from './act.ts'
import { acts } from './acts.ts'
import { sizeNames } from './sizes.ts'
import type { Entry, HostEntry, RequestEntry, Round, Story } from './story.ts'

export type Scale = {
  readonly operations: number
  readonly hosts: number
  readonly tenants: number
  readonly processes: number
}

/** Requests of one round; after it everything heals. */
const perRound = 60
const roundMs = 20_000

export function writeStory(seed: string, scale: Scale): Story {
  const random = seededRandom(`story ${seed}`)
  const reclaimAfterMs = pick(random, [0, 0, 20_000, 3_600_000])
  const lives: Lives = { scale, keeps: reclaimAfterMs > 0, servers: new Map(), count: 0 }
  const rounds: Round[] = []
  for (let left = scale.operations; left > 0; left -= perRound) {
    rounds.push(writeRound(random, lives, Math.min(perRound, left)))
  }
  return {
    seed,
    hosts: scale.hosts,
    tenants: scale.tenants,
    processes: scale.processes,
    policy: pick(random, ['leave', 'rollback']),
    sameHost: random.below(3) === 0,
    confirmWindowMs: pick(random, [0, 0, 4000]),
    reclaimAfterMs,
    slowness: pick(random, [0, 20, 400, 4000]),
    rounds,
  }
}

type Life = { readonly tenant: number; rough: Rough; free: number }
type Lives = {
  readonly scale: Scale
  /** Whether deleted servers are kept for a while. */
  readonly keeps: boolean
  readonly servers: Map<number, Life>
  count: number
}

function writeRound(random: Random, lives: Lives, operations: number): Round {
  const { scale } = lives
  // Some rounds are calm: what goes wrong in them is nobody else's fault.
  const calm = random.below(5) === 0
  const requests = writeRequests(random, lives, operations)
  const hosts = calm ? [] : hostEntries(random, scale)
  const misfortunes = calm ? [] : [...processEntries(random, scale), ...hosts]
  const rescues = hosts.flatMap((entry) => evacuations(random, scale, entry))
  const entries = [...requests, ...misfortunes, ...rescues].toSorted(
    (one, other) => one.at - other.at,
  )
  return { faults: calm ? [] : faults(random, scale), entries }
}

function writeRequests(random: Random, lives: Lives, operations: number): readonly RequestEntry[] {
  for (const life of lives.servers.values()) life.free = 0
  const requests: RequestEntry[] = []
  const populationMax = lives.scale.hosts * 5
  while (requests.length < operations) {
    const { size } = lives.servers
    const born = size < 2 || (size < populationMax && random.below(populationMax) > size)
    if (born) requests.push(birth(random, lives))
    else requests.push(...scene(random, lives))
  }
  return requests.slice(0, operations)
}

function birth(random: Random, lives: Lives): RequestEntry {
  const { scale } = lives
  lives.count += 1
  const tenant = random.below(scale.tenants)
  const at = random.below(roundMs)
  lives.servers.set(lives.count, { tenant, rough: 'active', free: at + gap(random) })
  return {
    at,
    kind: 'request',
    act: 'create',
    server: lives.count,
    tenant,
    process: random.below(scale.processes),
    with: {
      flavor: pick(random, sizeNames),
      ...(random.below(4) === 0 ? { host: `host${1 + random.below(scale.hosts)}` } : {}),
      ...(random.below(5) === 0
        ? { boots: pick(random, ['from a volume', 'from one to keep']) }
        : {}),
    },
  }
}

/** One request about one server, or the same twice. */
function scene(random: Random, lives: Lives): readonly RequestEntry[] {
  const [server, life] = pick(random, [...lives.servers])
  const possible = Object.entries(acts).filter(
    // One in ten comes at a bad moment on purpose.
    ([, act]) =>
      act.weight > 0 &&
      (act.keeps !== true || lives.keeps) &&
      (act.from.includes(life.rough) || random.below(80) === 0),
  )
  const [name, act] = weighted(random, possible)
  const at = life.free
  life.free = at + gap(random)
  if (act.to === 'gone') lives.servers.delete(server)
  else if (act.to !== null) life.rough = act.to
  const { scale } = lives
  const request: RequestEntry = {
    at,
    kind: 'request',
    act: name,
    server,
    tenant: life.tenant,
    process: random.below(scale.processes),
    ...(act.draw === undefined ? {} : { with: act.draw(random, scale.hosts) }),
  }
  if (random.below(12) > 0) return [request]
  return [
    request,
    { ...request, at: at + random.below(50), process: random.below(scale.processes) },
  ]
}

function weighted<T extends { readonly weight: number }>(
  random: Random,
  from: readonly (readonly [string, T])[],
): readonly [string, T] {
  let left = random.next() * from.reduce((sum, [, { weight }]) => sum + weight, 0)
  const chosen = from.find(([, { weight }]) => (left -= weight) < 0)
  if (chosen === undefined) throw new Error('nothing can be done')
  return chosen
}

/** Mostly long enough for what was asked before; sometimes not at all. */
function gap(random: Random): number {
  return pick(random, [
    0,
    5 + random.below(60),
    300 + random.below(1500),
    2000 + random.below(6000),
  ])
}

// --- misfortune

function processEntries(random: Random, scale: Scale): readonly Entry[] {
  return Array.from({ length: random.below(4) }, () => {
    const kind = pick(random, ['crash', 'stall'] as const)
    return {
      at: random.below(roundMs),
      kind,
      process: random.below(scale.processes),
      moment: random.below(60),
      // Who stands still for longer than a lease has lost everything to others when it goes on.
      forMs: pick(random, kind === 'crash' ? [0, 50, 3000, 15_000] : [50, 3000, 9000, 15_000]),
      ...(kind === 'crash' && random.below(3) === 0 ? { withAgents: true } : {}),
    }
  })
}

function hostEntries(random: Random, scale: Scale): readonly HostEntry[] {
  return Array.from({ length: random.below(4) }, () => ({
    at: random.below(roundMs),
    kind: 'host' as const,
    host: 1 + random.below(scale.hosts),
    what: pick(random, ['crash', 'cut-off', 'lose-power', 'lose-power', 'give-up'] as const),
    forMs: pick(random, [0, 100, 5000, 20_000]),
  }))
}

/** When a host is lost, or seems to be, operators try to save whatever may have been there, and some try again. */
function evacuations(random: Random, scale: Scale, lost: HostEntry): readonly RequestEntry[] {
  return Array.from({ length: random.below(3) }, () => ({
    at: lost.at + random.below(random.below(2) === 0 ? 500 : 6000),
    kind: 'request' as const,
    act: 'evacuate-host',
    server: 0,
    tenant: 0,
    process: random.below(scale.processes),
    with: {
      host: `host${lost.host}`,
      ...(random.below(4) === 0 ? { to: `host${1 + random.below(scale.hosts)}` } : {}),
    },
  }))
}

/** The verbs that operations call, by their names in the field; `*` is any. */
const verbs = [
  '*',
  'spawn',
  'destroy',
  'reboot',
  'power_on',
  'power_off',
  'migrate_disk_and_power_off',
  'finish_migration',
  'finish_migration',
  'confirm_migration',
  'finish_revert_migration',
  'finish_revert_migration',
  'live_migration',
  'live_migration',
  'pre_live_migration',
  'check_can_live_migrate_destination',
  'post_live_migration_at_source',
  'post_live_migration_at_destination',
  'rollback_live_migration_at_destination',
  'snapshot',
  'pause',
  'suspend',
  'resume',
  'rescue',
  'attach_volume',
  'detach_volume',
  'swap_volume',
  'list_guests',
  'get_info',
  'get_available_resource',
] as const

function faults(random: Random, scale: Scale): readonly FaultData[] {
  return Array.from({ length: random.below(8) }, () => fault(random, scale))
}

function fault(random: Random, scale: Scale): FaultData {
  const when = pick(random, ['before', 'after'] as const)
  const about = {
    on: pick(random, verbs),
    ...(random.below(2) === 0 ? { host: `host${1 + random.below(scale.hosts)}` } : {}),
    ...(random.below(2) === 0 ? { nth: 1 + random.below(6) } : often(random)),
  }
  switch (random.below(6)) {
    case 0:
      return { ...about, 'lose-reply': true }
    case 1:
      return { ...about, when, hang: true }
    case 2:
      return { ...about, when, delay: pick(random, [5, 200, 8000, 70_000]) }
    case 3:
      return { ...about, when, 'crash-agent': true, 'returns-after': random.below(8000) }
    default:
      return { ...about, when, raise: pick(random, exceptionNames) }
  }
}

function often(random: Random): Pick<FaultData, 'probability' | 'times'> {
  return random.below(2) === 0
    ? { times: 1 + random.below(5) }
    : { probability: pick(random, [0.02, 0.1, 0.4]), times: 10 }
}
