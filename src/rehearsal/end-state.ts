/** What has become of the server of a scene: its states, what is held for it on each host, and what is really there. */
import { auditRecords } from '../app/audit/audit.ts'
import { statusOf } from '../domain/states.ts'
import type { SagaState } from '../store/sagas/record.ts'
import { list as listMoves } from '../store/compute/migration-list.ts'
import * as servers from '../store/compute/servers.ts'
import * as holdings from '../store/placement/holdings.ts'
import * as hostRecords from '../store/compute/hosts.ts'
import * as reading from '../store/sagas/reading.ts'
import type { Reader } from '../store/store.ts'
import type { Stage } from './stage.ts'

export type EndState = {
  readonly status: string
  readonly vmState: string | null
  readonly taskState: string | null
  readonly host: string | null
  /** The status of the newest move, or null. */
  readonly migration: string | null
  /** By host: what the server and its moves hold there. */
  readonly held: Readonly<Record<string, string>>
  /** By host: what is really there. */
  readonly guests: Readonly<Record<string, string>>
  readonly operation: SagaState | null
}

export async function endStateOf(stage: Stage, operation: string): Promise<EndState> {
  const { server: id } = stage
  const guests = Object.fromEntries(
    stage.hosts.names().map((host) => [
      host,
      stage.world
        .guests(host)
        .map(({ role, power }) => (role === 'guest' ? `guest, ${power}` : role))
        .toSorted()
        .join('; '),
    ]),
  )
  const nowhere = { vmState: null, taskState: null, host: null, migration: null, operation: null }
  if (id === null) return { ...nowhere, status: 'none', held: {}, guests }
  return await stage.store.read(async (reader) => {
    const server = await servers.find(reader, id)
    if (server === null) return { ...nowhere, status: 'none', held: {}, guests }
    const isDeleted = server.deletedAt !== null
    const newest = await listMoves(reader, { serverId: id }, { after: null, limit: 10 })
    const moves = newest.toReversed()
    const held: Record<string, string[]> = {}
    for (const [who, holder] of [
      ['server', id],
      ...moves.map((move) => ['migration', move.id]),
    ] as const) {
      for (const [host, amounts] of await heldBy(reader, String(holder))) {
        held[host] = [...(held[host] ?? []), `${who} ${amounts}`]
      }
    }
    const sagas = await reading.listNamed(reader, operation)
    return {
      status: statusOf(server.vmState, server.taskState),
      vmState: isDeleted ? 'deleted' : server.vmState,
      taskState: server.taskState,
      host: isDeleted ? null : server.host,
      migration: moves.at(-1)?.status ?? null,
      held: Object.fromEntries(Object.entries(held).map(([host, each]) => [host, each.join('; ')])),
      guests,
      operation: sagas.at(0)?.state ?? null,
    }
  })
}

/** Every invariant that does not hold now, with what is wrong. */
export async function violationsOn(stage: Stage): Promise<readonly string[]> {
  const listing = new Map(
    stage.hosts.names().map((host) => [host, stage.world.guests(host)] as const),
  )
  const found = await auditRecords(stage, listing)
  return found.map(({ invariant, says }) => `${invariant}: ${says}`)
}

async function heldBy(reader: Reader, holder: string): Promise<ReadonlyMap<string, string>> {
  const all = await hostRecords.list(reader)
  const names = new Map(all.map((host) => [host.providerId, host.name]))
  const held = new Map<string, string[]>()
  for (const { provider, resourceClass, amount } of await holdings.heldBy(reader, holder)) {
    const host = names.get(provider) ?? provider
    held.set(host, [
      ...(held.get(host) ?? []),
      `${amount} ${units[resourceClass] ?? resourceClass}`,
    ])
  }
  return new Map([...held].map(([host, amounts]) => [host, amounts.join(' ')]))
}

const units: Readonly<Record<string, string>> = { VCPU: 'CPU', MEMORY_MB: 'MB', DISK_GB: 'GB' }
