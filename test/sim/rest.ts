/**
 * What must be true when everything has come to rest: nothing is stuck, and what is on the hosts is what the records say.
 */
import { fromJson } from '../../src/lib/json.ts'
import type { FlavorCopy } from '../../src/domain/server.ts'
import type { Guest } from '../../src/drivers/virt-driver.ts'
import type { Reader } from '../../src/store/store.ts'
import type { Judge } from './judge.ts'
import { openMigration, query, serverRows } from './rows.ts'
import type { MigrationRow, SagaRow, ServerRow } from './rows.ts'

/** What vm states say of a guest; null where it may be anything. */
const powers: Readonly<Record<string, readonly string[] | null>> = {
  active: ['running'],
  stopped: ['shutdown'],
  paused: ['paused'],
  suspended: ['suspended'],
  // What has lost its power stays off until its owner says so: the cloud powers nothing on by itself.
  rescued: ['running', 'shutdown'],
  shelved: ['shutdown'],
  resized: ['running', 'shutdown'],
}

export async function checkRest(
  reader: Reader,
  judge: Judge,
  guests: readonly Guest[],
): Promise<void> {
  const stuck = await query<SagaRow>(reader, 'SELECT * FROM sagas WHERE active = 1')
  for (const saga of stuck) {
    judge.fail(
      'stuck',
      `${saga.name} on ${saga.subject} is at ${saga.direction} ${saga.next}: ${saga.problem}`,
    )
  }
  const bodies = Map.groupBy(guests, ({ server }) => server as string)
  for (const server of await serverRows(reader)) {
    const own = bodies.get(server.id) ?? []
    bodies.delete(server.id)
    if (own.length === 0 && server.alive === null) continue
    const [migration] = await openMigration(reader, server.id)
    if (server.task_state !== null)
      judge.fail('S1', `${server.name} still shows ${server.task_state}`)
    checkCharge(judge, server, migration)
    const moves = migration?.kind === 'resize' || migration?.kind === 'migration'
    if ((server.move !== null) !== moves)
      judge.fail('M2', `${server.name} remembers a move that is not, or forgot one`)
    checkBodies(judge, server, migration, own)
    checkGuest(judge, server, own)
    await checkPorts(reader, judge, server, own)
  }
  for (const [server, left] of bodies)
    judge.fail('G2', `${say(left)} of ${server}, which nobody knows`)
}

/**
 * What a project is charged for a server: its flavor, or the larger of two while a move is open; nothing while it is put aside or
 * on the shelf, or in error and nowhere after it was.
 */
function checkCharge(judge: Judge, server: ServerRow, migration: MigrationRow | undefined): void {
  const sizes = [server.flavor, migration?.old_flavor, migration?.new_flavor]
    .filter((text) => text !== undefined)
    .map((text) => fromJson<FlavorCopy>(text))
  const isLost = server.vm_state === 'error' && server.host === null && server.charged_cores === 0
  const isAside = ['shelved_offloaded', 'soft-delete'].includes(server.vm_state) || isLost
  const isFree = server.alive === null || isAside
  const cores = isFree ? 0 : Math.max(...sizes.map(({ vcpus }) => vcpus))
  const ram = isFree ? 0 : Math.max(...sizes.map(({ memoryMb }) => memoryMb))
  if (server.charged_cores !== cores || server.charged_ram_mb !== ram) {
    const is = `${server.charged_cores} cores and ${server.charged_ram_mb} MB`
    judge.fail('Q1', `${server.name} is charged ${is} instead of ${cores} and ${ram}`)
  }
}

/** G2: bodies are where the record says, and nowhere else. */
function checkBodies(
  judge: Judge,
  server: ServerRow,
  migration: MigrationRow | undefined,
  own: readonly Guest[],
): void {
  const explained = (body: Guest): boolean => {
    if (server.alive === null) return false
    // Whatever a server in error has on its host, a hard reboot makes a guest of it.
    if (server.vm_state === 'error' && body.host === server.host) return true
    if (migration?.kind === 'evacuation' && migration.source_host === body.host) return true
    if (body.role === 'source-copy') return migration?.source_host === body.host
    return body.role === 'guest' && body.host === server.host
  }
  const left = own.filter((body) => !explained(body))
  if (left.length > 0)
    judge.fail('G2', `${server.name} (${server.vm_state} at ${server.host}) left ${say(left)}`)
  const awaited = powers[server.vm_state] !== undefined
  if (awaited && !own.some(({ role, host }) => role === 'guest' && host === server.host))
    judge.fail(
      'G2',
      `${server.name} is ${server.vm_state} at ${server.host}, where it has no guest`,
    )
  if (migration?.status === 'finished' && migration.source_host !== null) {
    const kept = own.some(
      ({ role, host }) => role === 'source-copy' && host === migration.source_host,
    )
    if (!kept)
      judge.fail('G2', `${server.name} has nothing on ${migration.source_host} to go back to`)
  }
}

/** S8 and S9: the guest has the size and the power that the record says. */
function checkGuest(judge: Judge, server: ServerRow, own: readonly Guest[]): void {
  const wanted = powers[server.vm_state] ?? null
  const guest = own.find(({ role, host }) => role === 'guest' && host === server.host)
  if (guest === undefined || wanted === null) return
  const flavor = fromJson<FlavorCopy>(server.flavor)
  // One that is off is put in order when it is powered on.
  const runs = guest.power !== 'shutdown'
  if (runs && (guest.vcpus !== flavor.vcpus || guest.memoryMb !== flavor.memoryMb))
    judge.fail(
      'S8',
      `the guest of ${server.name} has ${guest.vcpus} cores instead of ${flavor.vcpus}`,
    )
  if (guest.power === 'running' && guest.rescued !== (server.vm_state === 'rescued')) {
    const image = guest.rescued ? 'a rescue image' : 'its own disk'
    judge.fail('S9', `the guest of ${server.name}, which is ${server.vm_state}, runs from ${image}`)
  }
  if (!wanted.includes(guest.power) || server.power_state !== guest.power) {
    const record = `${server.vm_state}, power ${server.power_state}`
    judge.fail('S9', `the guest of ${server.name} is ${guest.power}, and the record says ${record}`)
  }
}

/** G4: every port has one active binding, where the server is, and is plugged there. */
async function checkPorts(
  reader: Reader,
  judge: Judge,
  server: ServerRow,
  own: readonly Guest[],
): Promise<void> {
  const rows = await query<{ id: string; host: string | null; active: number | null }>(
    reader,
    `SELECT p.id, b.host, b.active FROM ports p LEFT JOIN port_bindings b ON b.port_id = p.id
     WHERE p.device_id = ?`,
    [server.id],
  )
  if (server.alive === null && rows.length > 0) judge.fail('G4', `${server.name} left ports`)
  for (const { host, active } of rows) {
    if (host !== server.host || (host !== null && active !== 1))
      judge.fail('G4', `a port of ${server.name} is bound to ${host}, and it is at ${server.host}`)
  }
  const guest = own.find(({ role, host }) => role === 'guest' && host === server.host)
  if (guest === undefined || powers[server.vm_state] === undefined) return
  const plugged = guest.plugged.toSorted().join()
  if (
    plugged !==
    rows
      .map(({ id }) => id)
      .toSorted()
      .join()
  )
    judge.fail('G4', `the guest of ${server.name} has other ports plugged than the record says`)
}

function say(bodies: readonly Guest[]): string {
  return bodies.map(({ role, power, host }) => `a ${role} (${power}) on ${host}`).join(' and ')
}
