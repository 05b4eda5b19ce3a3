/**
 * Belief against reality: what hosts hold beside what the records say they should.
 *
 * A host that was not listed is unknown, and unknown is never absent: nothing is said about what should be there.
 */
import type { HostName } from '../../domain/ids.ts'
import type { Guest } from '../../drivers/virt-driver.ts'
import type { AuditedServer } from '../../store/audit/audited-servers.ts'
import type { FlavorFacts } from './holdings.ts'
import type { Invariant, Violation } from './violation.ts'

/** Everything on every host that answered. */
export type Listing = ReadonlyMap<HostName, readonly Guest[]>

/** What hosts hold, by server. */
export type GuestsByServer = ReadonlyMap<string, readonly Guest[]>

export function byServer(listing: Listing): GuestsByServer {
  const found = new Map<string, Guest[]>()
  for (const guests of listing.values()) {
    for (const guest of guests) {
      const list = found.get(guest.server)
      if (list === undefined) found.set(guest.server, [guest])
      else list.push(guest)
    }
  }
  return found
}

export type Belief = {
  readonly listing: Listing
  readonly guests: GuestsByServer
  /** Subjects of cleanings under way: what is being cleaned may still be there. */
  readonly cleanings: ReadonlySet<string>
  readonly flavorOf: (text: string) => FlavorFacts
  /** Volumes that are attached to a server or kept for it. */
  readonly volumes: ReadonlyMap<string, ReadonlySet<string>>
}

/** States in which a server has a body on its host. In error it may have one. */
const embodied: ReadonlySet<string> = new Set([
  'active',
  'paused',
  'rescued',
  'resized',
  'shelved',
  'soft-delete',
  'stopped',
  'suspended',
])

const powerIn: Readonly<Record<string, readonly string[]>> = {
  active: ['running'],
  paused: ['paused'],
  // A guest whose host lost power stays off until its owner says so: nothing is powered on behind anybody's back.
  rescued: ['running', 'shutdown'],
  shelved: ['shutdown'],
  stopped: ['shutdown'],
  suspended: ['suspended'],
}

/** What is wrong with the bodies of one living server that no operation owns. */
export function wrongBodies(server: AuditedServer, belief: Belief): readonly Violation[] {
  const bodies = belief.guests.get(server.id) ?? []
  if (isPlainlyRight(server, bodies, belief)) return []
  const found: Violation[] = [...runningTwice(server.id, bodies)]
  if (server.operation !== null) return found
  for (const body of bodies) {
    if (!isExplained(body, server, belief)) {
      const says = `has a ${body.role} on ${body.host} that nothing explains`
      const invariant = body.role === 'guest' || body.role === 'source-copy' ? 'G2' : 'G7'
      const facts = { host: body.host, role: body.role, home: server.host }
      found.push(wrong(invariant, server.id, says, facts))
    }
  }
  // A host is known under its name.
  const host = server.host as HostName | null
  if (host === null || !belief.listing.has(host) || !embodied.has(server.vmState)) return found
  const own = bodies.find((body) => body.host === host && body.role === 'guest')
  if (own === undefined) return [...found, wrong('G2', server.id, `has no guest on ${host}`, {})]
  return [...found, ...wrongShape(server, own, belief)]
}

/** Nearly every server has one guest, where it is and as it should be: that is quickly seen. */
function isPlainlyRight(server: AuditedServer, bodies: readonly Guest[], belief: Belief): boolean {
  const [own] = bodies
  if (own === undefined || bodies.length > 1 || server.operation !== null) return false
  const { vcpus, memoryMb, diskGb } = belief.flavorOf(server.flavor)
  return (
    own.role === 'guest' &&
    own.host === server.host &&
    own.power === server.powerState &&
    own.volumes.length === 0 &&
    own.vcpus === vcpus &&
    own.memoryMb === memoryMb &&
    own.diskGb === diskGb &&
    powerIn[server.vmState]?.includes(own.power) === true
  )
}

function wrongShape(server: AuditedServer, own: Guest, belief: Belief): readonly Violation[] {
  const found: Violation[] = []
  const { vcpus, memoryMb, diskGb } = belief.flavorOf(server.flavor)
  // One that is off is put in order when it is powered on.
  const runs = own.power !== 'shutdown'
  if (runs && (own.vcpus !== vcpus || own.memoryMb !== memoryMb || own.diskGb !== diskGb)) {
    const guest = { vcpus: own.vcpus, memoryMb: own.memoryMb, diskGb: own.diskGb }
    const says = 'has a guest of another size than its flavor'
    found.push(wrong('S8', server.id, says, { guest, flavor: { vcpus, memoryMb, diskGb } }))
  }
  // One that it lacks may come with the next hard reboot. One that is not its own somebody else may be writing to.
  for (const { id } of own.volumes) {
    if (belief.volumes.get(server.id)?.has(id) === true) continue
    const says = `has volume ${id} in its guest, which is not attached to it`
    found.push(wrong('G5', server.id, says, { volume: id }))
  }
  const fitting = powerIn[server.vmState]
  if (own.power !== server.powerState || fitting?.includes(own.power) === false) {
    const says = `is ${server.vmState}, believed ${server.powerState}, and its guest is ${own.power}`
    found.push(wrong('S9', server.id, says, { power: own.power, vmState: server.vmState }))
  }
  return found
}

/** Bodies of servers that do not live, or never did. */
export function strayBodies(living: ReadonlySet<string>, belief: Belief): readonly Violation[] {
  const found: Violation[] = []
  for (const [server, bodies] of belief.guests) {
    if (living.has(server)) continue
    for (const { host, role } of bodies) {
      if (belief.cleanings.has(`cleaning/${host}/${server}/everything`)) continue
      const facts = { host, role, gone: true }
      found.push(wrong('G2', server, `is no more, and has a ${role} on ${host}`, facts))
    }
  }
  return found
}

function isExplained(body: Guest, server: AuditedServer, belief: Belief): boolean {
  const { host, role } = body
  if (belief.cleanings.has(`cleaning/${host}/${server.id}/everything`)) return true
  const remains = role !== 'guest'
  if (remains && belief.cleanings.has(`cleaning/${host}/${server.id}/remains`)) return true
  const { migration } = server
  const isHere = host === server.host
  if (role === 'guest')
    return isHere || (migration?.kind === 'evacuation' && isSource(body, server))
  if (role === 'source-copy' && migration !== null) return isSource(body, server)
  // What an operation that failed half-way left is what a hard reboot makes the guest of.
  return isHere && server.vmState === 'error' && (role === 'incoming' || role === 'source-copy')
}

function isSource(body: Guest, server: AuditedServer): boolean {
  return server.migration?.source === body.host
}

function runningTwice(server: string, bodies: readonly Guest[]): readonly Violation[] {
  const running = bodies.filter(({ role, power }) => role === 'guest' && power === 'running')
  if (running.length < 2) return []
  const hosts = running.map(({ host }) => host)
  return [wrong('G1', server, `runs on ${hosts.join(' and ')}`, { hosts })]
}

function wrong(
  invariant: Invariant,
  server: string,
  says: string,
  facts: Violation['facts'],
): Violation {
  return { invariant, subject: server, says: `Server ${server} ${says}`, facts }
}
