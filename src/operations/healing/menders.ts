/**
 * How each remedy in the records is carried out and taken back.
 *
 * `mend` answers what there was before, as JSON, or null when nothing is wrong any more. `restore` puts that back; what others
 * have taken meanwhile is not taken from them: then it refuses.
 */
import type { ServerId } from '../../domain/ids.ts'
import { needOf } from '../../domain/need.ts'
import type { Amount } from '../../domain/placement/holding.ts'
import type { Server } from '../../domain/server.ts'
import type { PowerState, TaskState, VmState } from '../../domain/states.ts'
import type { Instant } from '../../lib/clock.ts'
import { assert, problem } from '../../lib/problem.ts'
import { recountUsage } from '../../store/audit/charges.ts'
import * as repairs from '../../store/audit/repairs.ts'
import * as hosts from '../../store/compute/hosts.ts'
import * as migrations from '../../store/compute/migrations.ts'
import { setCharge } from '../../store/compute/server-charges.ts'
import * as servers from '../../store/compute/servers.ts'
import * as consumers from '../../store/placement/consumers.ts'
import type { StoredConsumer } from '../../store/placement/consumers.ts'
import * as holdings from '../../store/placement/holdings.ts'
import type { Tx } from '../../store/store.ts'
import { chargeExactly } from '../charging.ts'
import { amountsOn, holderOf } from '../placing.ts'
import { bindPorts } from '../ports.ts'
import type { RecordRemedy } from './remedy.ts'

type Of<K extends RecordRemedy['kind']> = Extract<RecordRemedy, { readonly kind: K }>

type Mender<R, B> = {
  readonly mend: (tx: Tx, remedy: R, now: Instant) => Promise<B | null>
  /** Null where there is nothing to go back to. */
  readonly restore: ((tx: Tx, remedy: R, before: B, now: Instant) => Promise<void>) | null
}

const holdWhatIsDue: Mender<Of<'hold-what-is-due'>, readonly Amount[]> = {
  mend: async (tx, { server: id }, now) => {
    const server = await atRest(tx, id)
    const before = await holdings.heldBy(tx, id)
    const due = await dueOf(tx, server)
    if (isSame(before, due)) return null
    await hold(tx, server, due, now)
    return before
  },
  restore: async (tx, { server: id }, before, now) => {
    await hold(tx, await atRest(tx, id), before, now)
  },
}

const giveBack: Mender<
  Of<'give-back'>,
  { readonly consumer: StoredConsumer; readonly held: readonly Amount[] }
> = {
  mend: async (tx, { consumer: id }, now) => {
    const consumer = await consumers.find(tx, id)
    if (consumer === null) return null
    // An id is that of a server, of a migration, or of neither.
    const server = await servers.find(tx, id as ServerId)
    if (server !== null && server.deletedAt === null) throw notAnyMore(id)
    const held = await holdings.heldBy(tx, id)
    await holdings.release(tx, id, now)
    return { consumer, held }
  },
  restore: async (tx, _, { consumer, held }, now) => {
    const { id, projectId, userId, type } = consumer
    const refusal = await holdings.tryClaim(
      tx,
      { kind: 'other', id, type, projectId, userId },
      held,
      now,
    )
    if (refusal !== null) throw takenMeanwhile(id)
  },
}

const correctOwner: Mender<Of<'correct-owner'>, StoredConsumer> = {
  mend: async (tx, { consumer: id }, now) => {
    const consumer = await consumers.find(tx, id)
    const server = await serverBehind(tx, id)
    if (consumer === null || server === null) return null
    const { projectId, userId } = server
    if (consumer.projectId === projectId && consumer.userId === userId) return null
    await consumers.bump(tx, consumer.number, { projectId, userId, type: consumer.type }, now)
    return consumer
  },
  restore: async (tx, { consumer: id }, before, now) => {
    const consumer = await consumers.find(tx, id)
    if (consumer !== null) await consumers.bump(tx, consumer.number, before, now)
  },
}

const chargeServer: Mender<
  Of<'charge-exactly'>,
  { readonly cores: number; readonly ram: number }
> = {
  mend: async (tx, { server: id }) => {
    const server = await atRest(tx, id)
    const away = server.vmState === 'soft-delete' || server.vmState === 'shelved_offloaded'
    const { vcpus, memoryMb } = away ? { vcpus: 0, memoryMb: 0 } : server.flavor
    const before = await setCharge(tx, id, { cores: vcpus, ram: memoryMb })
    await setCharge(tx, id, before)
    if (before.cores === vcpus && before.ram === memoryMb) return null
    await chargeExactly(tx, server, { ...server.flavor, vcpus, memoryMb })
    return before
  },
  restore: async (tx, { server: id }, { cores, ram }) => {
    const server = await atRest(tx, id)
    await chargeExactly(tx, server, { ...server.flavor, vcpus: cores, memoryMb: ram })
  },
}

const bindServersPorts: Mender<Of<'bind-ports'>, readonly repairs.Binding[]> = {
  mend: async (tx, { server: id }) => {
    const server = await atRest(tx, id)
    const before = await repairs.bindingsOf(tx, id)
    await bindPorts(tx, id, server.host)
    return before
  },
  restore: async (tx, { server: id }, before) => await repairs.restoreBindings(tx, id, before),
}

const notePower: Mender<
  Of<'note-power'>,
  { readonly vmState: VmState; readonly powerState: PowerState }
> = {
  mend: async (tx, { server: id, power }, now) => {
    const server = await servers.hold(tx, id)
    if (server.taskState !== null) throw notAnyMore(id)
    const { vmState, powerState } = server
    const rests = restingAs(vmState, power)
    if (powerState === power && rests === vmState) return null
    await servers.change(tx, server, { powerState: power, vmState: rests }, now)
    return { vmState, powerState }
  },
  restore: restoreServer,
}

const clearTask: Mender<Of<'clear-task'>, { readonly taskState: TaskState | null }> = {
  mend: async (tx, { server: id }, now) => {
    const server = await servers.hold(tx, id)
    const { taskState } = server
    if (taskState === null) return null
    if (server.deleteRequested) throw problem('conflict', 'The server is to be deleted: delete it')
    await servers.change(tx, server, { taskState: null }, now)
    return { taskState }
  },
  restore: restoreServer,
}

const forgetMove: Mender<Of<'forget-move'>, { readonly move: Server['move'] }> = {
  mend: async (tx, { server: id }, now) => {
    const server = await atRest(tx, id)
    const { move } = server
    if (move === null) return null
    await servers.change(tx, server, { move: null }, now)
    return { move }
  },
  restore: restoreServer,
}

const menders: { readonly [K in RecordRemedy['kind']]: Mender<Of<K>, never> } = {
  'hold-what-is-due': opaque(holdWhatIsDue),
  'give-back': opaque(giveBack),
  'correct-owner': opaque(correctOwner),
  'recount-provider': opaque({
    mend: async (tx: Tx, at: Of<'recount-provider'>, now: Instant) =>
      await repairs.recountUse(tx, at, now),
    restore: null,
  }),
  'recount-project': opaque({
    mend: async (tx: Tx, { project }: Of<'recount-project'>) => await recountUsage(tx, project),
    restore: null,
  }),
  'charge-exactly': opaque(chargeServer),
  'bind-ports': opaque(bindServersPorts),
  'note-power': opaque(notePower),
  'clear-task': opaque(clearTask),
  'forget-move': opaque(forgetMove),
}

/** Carries a remedy out. Answers what there was before, as JSON; null when nothing was wrong any more. */
export async function mend(tx: Tx, remedy: RecordRemedy, now: Instant): Promise<unknown> {
  return await menderOf(remedy).mend(tx, remedy as never, now)
}

/** Takes a remedy back. @throws `conflict` where that cannot be, `no-capacity` when the room is somebody else's by now. */
export async function restore(
  tx: Tx,
  remedy: RecordRemedy,
  before: unknown,
  now: Instant,
): Promise<void> {
  const { restore: back } = menderOf(remedy)
  if (back === null) throw problem('conflict', 'There is nothing to go back to')
  await back(tx, remedy as never, before as never, now)
}

// The kind chooses the mender of that very kind, and what there was before was answered by the same one.
function menderOf(remedy: RecordRemedy): Mender<never, never> {
  const byKind: Readonly<Record<string, Mender<never, never>>> = menders
  const mender = byKind[remedy.kind]
  assert(mender !== undefined, 'every remedy has a mender', { kind: remedy.kind })
  return mender
}

/** Forgets of which type that is what there was before: it is kept as JSON in between. */
function opaque<R, B>(mender: Mender<R, B>): Mender<R, never> {
  return mender as unknown as Mender<R, never>
}

async function restoreServer(
  tx: Tx,
  { server: id }: { readonly server: ServerId },
  before: servers.ServerPatch,
  now: Instant,
): Promise<void> {
  await servers.change(tx, await servers.hold(tx, id), before, now)
}

/** The server, which is in no move: in a move others say what it holds. */
async function atRest(tx: Tx, id: ServerId): Promise<Server> {
  const server = await servers.hold(tx, id)
  if ((await migrations.openOf(tx, id)) !== null) throw notAnyMore(id)
  return server
}

async function dueOf(tx: Tx, server: Server): Promise<readonly Amount[]> {
  if (server.host === null || server.vmState === 'shelved_offloaded') return []
  const { providerId } = await hosts.get(tx, server.host)
  return amountsOn(providerId, needOf(server.flavor))
}

async function hold(
  tx: Tx,
  server: Server,
  amounts: readonly Amount[],
  now: Instant,
): Promise<void> {
  await holdings.release(tx, server.id, now)
  const refusal = await holdings.tryClaim(tx, holderOf(server), amounts, now)
  if (refusal !== null) throw takenMeanwhile(server.id)
}

function isSame(one: readonly Amount[], other: readonly Amount[]): boolean {
  const text = (amounts: readonly Amount[]): string =>
    amounts
      .map(({ provider, resourceClass, amount }) => `${provider} ${resourceClass} ${amount}`)
      .toSorted()
      .join('\n')
  return text(one) === text(other)
}

async function serverBehind(tx: Tx, consumer: string): Promise<Server | null> {
  // An id is that of a server, of a migration, or of neither.
  const own = await servers.find(tx, consumer as ServerId)
  if (own !== null) return own
  const migration = await migrations.find(tx, consumer as Parameters<typeof migrations.find>[1])
  return migration === null ? null : await servers.find(tx, migration.serverId)
}

/** How a server rests whose guest does that. What would need a call to its host is left to the power sync. */
function restingAs(vmState: VmState, power: PowerState): VmState {
  if (vmState === 'active' && (power === 'shutdown' || power === 'crashed')) return 'stopped'
  if (vmState === 'active' && power === 'paused') return 'paused'
  const wentOn = (vmState === 'paused' || vmState === 'suspended') && power === 'running'
  return wentOn ? 'active' : vmState
}

function notAnyMore(id: string): Error {
  return problem('conflict', 'That has changed since the audit looked', { id })
}

function takenMeanwhile(id: string): Error {
  return problem('no-capacity', 'There is no room for what is to be held', { id })
}
