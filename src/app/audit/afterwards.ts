/** Invariants of what is over: moves, images, and groups whose members have come to rest. */
import { hasEnded } from '../../domain/states.ts'
import type { MigrationStatus } from '../../domain/states.ts'
import { fromJson } from '../../lib/json.ts'
import * as afterwards from '../../store/audit/afterwards.ts'
import type { GroupMember } from '../../store/audit/afterwards.ts'
import type { Reader } from '../../store/store.ts'
import type { Violation } from './violation.ts'

/** Where a server is when its last move has ended like that; where else may be either. */
const ends: Readonly<Record<MigrationStatus, 'back' | 'either' | 'open' | 'there'>> = {
  accepted: 'open',
  'pre-migrating': 'open',
  queued: 'open',
  preparing: 'open',
  running: 'open',
  'running (post-copy)': 'open',
  migrating: 'open',
  'post-migrating': 'open',
  finished: 'open',
  confirming: 'open',
  reverting: 'open',
  done: 'open',
  confirmed: 'there',
  completed: 'there',
  reverted: 'back',
  cancelled: 'back',
  failed: 'back',
  error: 'either',
}

// Object.keys forgets that the keys of a total record are exactly its key type.
const statuses = Object.keys(ends) as MigrationStatus[]
const ended = statuses.filter(hasEnded)
const ending = (end: 'back' | 'there'): readonly MigrationStatus[] =>
  statuses.filter((status) => ends[status] === end)

export async function wrongAfterwards(reader: Reader): Promise<readonly Violation[]> {
  const halfEnded = await afterwards.halfEndedMoves(reader, ended)
  const where = { there: ending('there'), back: ending('back') }
  const strays = await afterwards.strayMoves(reader, where)
  const members = await afterwards.membersOnHosts(reader)
  const hostless = await afterwards.hostsWithoutProvider(reader)
  const images = await afterwards.halfMadeImages(reader)
  return [
    ...halfEnded.map(({ id, status, open }) => ({
      invariant: 'M4' as const,
      subject: id,
      says: `Migration ${id} is ${status} and ${open ? 'still open' : 'closed'}`,
      facts: { status, open },
    })),
    ...strays.map(({ server, host, migration, status }) => ({
      invariant: 'M5' as const,
      subject: server,
      says: `Server ${server} is on ${host}, where its last move, which is ${status}, did not leave it`,
      facts: { host, migration, status },
    })),
    ...crowded(members),
    ...hostless.map((host) => ({
      invariant: 'A13' as const,
      subject: host,
      says: `Host ${host} has no resource provider`,
      facts: {},
    })),
    ...images.map(({ image, status }) => ({
      invariant: 'G6' as const,
      subject: image,
      says: `Image ${image} is ${status}, and nobody is making it`,
      facts: { status },
    })),
  ]
}

/** Groups whose members are too near to each other, or too far apart. */
function crowded(members: readonly GroupMember[]): readonly Violation[] {
  const found: Violation[] = []
  for (const [group, hosts] of Map.groupBy(members, (member) => member.group)) {
    const [first] = hosts
    if (first === undefined) continue
    const names = hosts.map(({ host }) => host)
    if (first.policy === 'affinity' && hosts.length > 1) {
      const says = `Members of group ${group}, who should be together, are on ${names.join(' and ')}`
      found.push({ invariant: 'P1', subject: group, says, facts: { hosts: names } })
    }
    if (first.policy !== 'anti-affinity') continue
    const rules = fromJson<{ readonly max_server_per_host?: number }>(first.rules)
    const most = rules.max_server_per_host ?? 1
    for (const { host, count } of hosts.filter((each) => each.count > most)) {
      const says = `Group ${group} has ${count} members on ${host}, where ${most} may be`
      found.push({ invariant: 'P1', subject: group, says, facts: { host, count, most } })
    }
  }
  return found
}
