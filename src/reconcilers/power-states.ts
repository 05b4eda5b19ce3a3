/**
 * Compares what guests do with what is believed of them, and follows what has happened behind our back.
 *
 * The cloud never powers a guest on by itself: who switched it off inside meant it. A server that an operation owns is left
 * alone, because what is believed of it is just changing.
 */
import type { HostName } from '../domain/ids.ts'
import type { Server } from '../domain/server.ts'
import type { PowerState, VmState } from '../domain/states.ts'
import { stopServer } from '../operations/power.ts'
import * as hosts from '../store/compute/hosts.ts'
import * as servers from '../store/compute/servers.ts'
import type { Reconciler } from './loops.ts'
import { beginForCloud, guestsOn, isFree } from './reconciling.ts'
import type { Reconciling } from './reconciling.ts'

export function powerStates(ctx: Reconciling, everyMs: number): Reconciler {
  const run = async (): Promise<void> => {
    const all = await ctx.store.read(async (reader) => await hosts.list(reader))
    for (const { name } of all) if (ctx.hosts.isUp(name)) await syncHost(ctx, name)
  }
  return { name: 'power states', everyMs, run }
}

async function syncHost(ctx: Reconciling, host: HostName): Promise<void> {
  const guests = await guestsOn(ctx, host)
  if (guests === null) return
  const powers = new Map(guests.map(({ server, power }) => [server, power]))
  const here = await ctx.store.read(async (reader) => await servers.onHost(reader, host))
  for (const { id, vmState, powerState } of here) {
    const power = powers.get(id) ?? 'nostate'
    const agrees = !mustStop(vmState, power) && restsAs(vmState, power) === vmState
    if (power === powerState && agrees) continue
    await ctx.store.transaction(async (tx) => {
      const server = await servers.hold(tx, id)
      if (server.host !== host || !(await isFree(tx, server))) return
      const stops = mustStop(server.vmState, power)
      const task = stops ? ({ taskState: 'powering-off' } as const) : {}
      const found = { powerState: power, vmState: restsAs(server.vmState, power) }
      const seen = await servers.change(tx, server, { ...found, ...task }, ctx.clock.now())
      if (stops) await beginStop(ctx, tx, seen, host)
    })
  }
}

async function beginStop(
  ctx: Reconciling,
  tx: Parameters<typeof beginForCloud>[1],
  server: Server,
  host: HostName,
): Promise<void> {
  const params = { serverId: server.id, host }
  await beginForCloud(ctx, tx, server, { saga: stopServer, params, action: 'stop' })
}

const off: readonly PowerState[] = ['shutdown', 'crashed']

/** What a guest must not do while its server is believed to rest like this. States that say nothing of power have no entry. */
const contradictions: Partial<Record<VmState, readonly PowerState[]>> = {
  active: [...off, 'suspended'],
  stopped: ['running', 'paused', 'suspended'],
  paused: off,
  // Its owner does not use it any more. Its host may have been silent when it was put aside.
  'soft-delete': ['running', 'paused'],
  // It may have been silent when the server was to be brought back, and have done it.
  shelved: ['running', 'paused'],
}

/**
 * How a server rests whose guest does that. An answer may have got lost on its way, so that a guest is paused, or runs again,
 * without anybody having written it down; nothing needs to be done about it but to write it down.
 */
export function restsAs(vmState: VmState, power: PowerState): VmState {
  if (vmState === 'active' && power === 'paused') return 'paused'
  const wentOn = (vmState === 'paused' || vmState === 'suspended') && power === 'running'
  return wentOn ? 'active' : vmState
}

/** Whether a server that is believed to rest like this must be stopped, because its guest does that. */
export function mustStop(vmState: VmState, power: PowerState): boolean {
  return contradictions[vmState]?.includes(power) ?? false
}
