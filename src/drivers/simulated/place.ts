/** One host in the middle of one change: what an effect works with, and the few moves that effects share. */
import type { HostName, PortId, ServerId } from '../../domain/ids.ts'
import type { Instant } from '../../lib/clock.ts'
import { driverProblem } from '../exceptions.ts'
import type { GuestSpec, HostResources, PowerState } from '../virt-driver.ts'
import type { Body, ConsoleEntry, Holdings, Role } from './world-tables.ts'

export type Place = {
  readonly host: HostName
  readonly resources: HostResources
  readonly held: Holdings
  readonly now: Instant
  /** Makes a disk and says which it is. */
  readonly newDisk: () => string
}

export const roles: readonly Role[] = ['guest', 'source-copy', 'incoming', 'remains']

export function guestOf(here: Place, server: ServerId): Body | null {
  return here.held.body(here.host, server, 'guest')
}

/** The guest, which must be here. */
export function mustHave(here: Place, server: ServerId): Body {
  const guest = guestOf(here, server)
  if (guest === null) throw driverProblem('InstanceNotFound', { server, host: here.host })
  return guest
}

type Form = {
  readonly disk: string
  readonly power: PowerState
  /** What it was before, if anything: its console goes on. */
  readonly after?: Body | null
}

/** A guest with this body on that disk, every port plugged. */
export function bodyOf(here: Place, spec: GuestSpec, as: Form): Body {
  const before = as.after ?? null
  const goesOn = before?.role === 'guest' && before.power === 'running'
  const past = before?.console ?? []
  return {
    ...specOnly(spec),
    host: here.host,
    role: 'guest',
    power: as.power,
    powerBefore: null,
    plugged: portsOf(spec),
    diskGeneration: as.disk,
    rescued: false,
    console: as.power === 'running' && !goesOn ? noted(here, past, 'boot') : past,
  }
}

/** As many entries as the log of a console keeps. */
const entriesMax = 20

/** A console with one more entry. */
export function noted(
  here: Place,
  console: readonly ConsoleEntry[],
  what: ConsoleEntry['what'],
): readonly ConsoleEntry[] {
  return [...console, { at: here.now, what }].slice(-entriesMax)
}

/** The guest runs: it boots unless it ran already. */
export function running(here: Place, guest: Body): Body {
  if (guest.power === 'running') return guest
  // What was paused or suspended has its memory, and goes on where it was.
  const boots = guest.power === 'shutdown' || guest.power === 'crashed'
  const console = boots ? noted(here, guest.console, 'boot') : guest.console
  return { ...guest, power: 'running', rescued: guest.rescued && !boots, console }
}

export function portsOf(spec: GuestSpec): readonly PortId[] {
  return spec.ports.map((port) => port.id)
}

/** Puts body and ports in order as the spec says; the disk stays. */
export function inOrder(guest: Body, spec: GuestSpec): Body {
  return { ...guest, ...specOnly(spec), plugged: portsOf(spec) }
}

export function removeAll(here: Place, server: ServerId, which: readonly Role[] = roles): void {
  for (const role of which) here.held.remove(here.host, server, role)
}

/** Whoever passes a spec may pass a guest, which has more fields: only those of a spec are kept. */
function specOnly(spec: GuestSpec): GuestSpec {
  const { server, name, vcpus, memoryMb, diskGb, image, ports, volumes } = spec
  return { server, name, vcpus, memoryMb, diskGb, image, ports, volumes }
}
