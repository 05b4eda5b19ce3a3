/** What the contract of drivers is tried on: two hosts, and a few words to say what to do there and what is seen. */
import assert from 'node:assert/strict'
import type { HostName, ImageId, PortId, ServerId, VolumeId } from '../domain/ids.ts'
import { isProblem } from '../lib/problem.ts'
import { callVerb, verbsVia } from './verbs.ts'
import type {
  Guest,
  GuestPort,
  GuestSpec,
  GuestVolume,
  Patience,
  VirtDriver,
} from './virt-driver.ts'

export type Bench = {
  readonly source: VirtDriver
  readonly sourceHost: HostName
  readonly destination: VirtDriver
  readonly destinationHost: HostName
  /** Lets pass what time the work needs, where time is the bench's own. */
  readonly during: <T>(work: Promise<T>) => Promise<T>
  readonly close: () => void | Promise<void>
}

/** The verbs without their patience, which is the same for all of them. */
type Calls = {
  readonly [V in keyof VirtDriver]: VirtDriver[V] extends (
    ...args: [...infer A, Patience]
  ) => infer R
    ? (...args: A) => R
    : never
}

export type Sides = { readonly source: Calls; readonly destination: Calls }

/** Both hosts, called with that signal; without one, with all the patience in the world. */
export function sidesOf(bench: Bench, signal: AbortSignal = new AbortController().signal): Sides {
  const calls = (driver: VirtDriver): Calls =>
    verbsVia<Calls>(
      async (verb, given) => await bench.during(callVerb(driver, verb, given, { signal })),
    )
  return { source: calls(bench.source), destination: calls(bench.destination) }
}

export const port: GuestPort = {
  id: 'port-1' as PortId,
  mac: 'fa:16:3e:00:00:01',
  address: '10.0.0.7',
}
export const otherPort: GuestPort = { ...port, id: 'port-2' as PortId, mac: 'fa:16:3e:00:00:02' }
export const volume: GuestVolume = { id: 'volume-1' as VolumeId, device: '/dev/vdb' }
export const anotherVolume: GuestVolume = { id: 'volume-2' as VolumeId, device: '/dev/vdb' }
export const image = 'image-1' as ImageId

/** The server that every case is about. */
export const the: GuestSpec = {
  server: 'server-1' as ServerId,
  name: 'web',
  vcpus: 1,
  memoryMb: 512,
  diskGb: 1,
  image,
  ports: [port],
  volumes: [],
}
export const id = the.server
/** The same server in a bigger flavor. */
export const bigger: GuestSpec = { ...the, vcpus: 2, memoryMb: 1024, diskGb: 2 }

/** What is on both hosts, in a line each: `source guest running`. */
export async function scene(on: Sides): Promise<string[]> {
  const lines: string[] = []
  for (const side of ['source', 'destination'] as const) {
    for (const { role, power } of await on[side].listGuests())
      lines.push(`${side} ${role} ${power}`)
  }
  return lines.toSorted()
}

export async function assertScene(on: Sides, ...expected: readonly string[]): Promise<void> {
  assert.deepEqual(await scene(on), expected.toSorted())
}

/** The guest, which must be there, with this body and all of its ports plugged. */
export async function assertGuest(calls: Calls, expected: GuestSpec): Promise<Guest> {
  const guest = await calls.getInfo(expected.server)
  assert.ok(guest !== null, 'there is no guest')
  const { plugged, diskGeneration } = guest
  assert.deepEqual({ ...guest, ...expected }, guest)
  assert.deepEqual(
    plugged,
    expected.ports.map((each) => each.id),
  )
  assert.notEqual(diskGeneration, '')
  return guest
}

/** Which disk is on that side in that role; empty if there is none. */
export async function diskOf(calls: Calls, role: Guest['role'] = 'guest'): Promise<string> {
  const found = (await calls.listGuests()).find((body) => body.role === role)
  return found?.diskGeneration ?? ''
}

/** The work must fail, with that exception, and as a failure and not for want of an answer. */
export async function assertRaises(work: Promise<unknown>, exception: string): Promise<void> {
  await assert.rejects(work, (thrown) => {
    assert.ok(isProblem(thrown, 'failed'), String(thrown))
    assert.equal(thrown.details['exception'], exception)
    return true
  })
}
