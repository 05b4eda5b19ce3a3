/**
 * For every operation a scene in which it is the one that runs: what happens before, and what is asked for.
 *
 * A new operation gets an entry here, or a test fails.
 */
import type { CloudSettings } from '../app/servers/context.ts'
import type { FaultData } from '../drivers/fault-data.ts'
import { operations } from '../operations/registry.ts'
import type { ActName } from './acts.ts'

export type Scene = {
  /** What the server is in when it begins, in words. */
  readonly begins: string
  /** Each of them comes to its end before the next one begins. */
  readonly before: readonly ActName[]
  /** Begun one right after the other; the last of them is the operation that is looked at. */
  readonly asks: readonly ActName[]
  /** What goes wrong in it even without a crash. */
  readonly faults?: readonly FaultData[]
  readonly settings?: Partial<CloudSettings>
  /** Why the operation may fail because of a crash, where it may. */
  readonly mayFail?: string
  /** Whether what it makes is a contradiction again, because it takes back what healed one. */
  readonly endsBroken?: true
}

const running = { begins: 'a running server on host1', before: ['boot'] } as const
const resized = {
  begins: 'a server that was resized from host1 to host2 and waits for its owner',
  before: ['boot', 'resize'],
} as const
const shelved = {
  begins: 'a shelved server that is still on host1',
  before: ['boot', 'shelve'],
  settings: { offloadAfterMs: null },
} as const

export const scenes: Readonly<Record<string, Scene>> = {
  'host.cache-images': { ...running, asks: ['cacheImages'] },
  'host.clean': {
    ...running,
    asks: ['resize'],
    faults: [{ on: 'finish_migration', raise: 'VirtualInterfaceCreateException' }],
  },
  'host.clean-evacuated': {
    begins: 'a server that was evacuated from host1 to host2 while host1 was down',
    before: ['boot', 'hostDies', 'evacuate'],
    asks: ['hostReturns'],
  },
  'heal.guest': {
    begins: 'a running server on host1, and a disk on host2 that nobody owns',
    before: ['boot', 'strayDisk'],
    asks: ['heal'],
    settings: { audit: { everyMs: 0, heal: 'report', graceMs: 60_000 } },
  },
  'heal.records': {
    begins: 'a running server on host1 with a task that nothing performs',
    before: ['boot', 'strayTask'],
    asks: ['heal'],
  },
  'heal.undo': {
    begins: 'a running server on host1 with a task that nothing performed and that was taken off',
    before: ['boot', 'strayTask', 'heal'],
    asks: ['undoHeal'],
    endsBroken: true,
  },
  'server.attach-interface': { ...running, asks: ['attachInterface'] },
  'server.attach-volume': {
    begins: 'a running server on host1, and a volume',
    before: ['boot', 'makeVolume'],
    asks: ['attachVolume'],
  },
  'server.build': { begins: 'no server', before: [], asks: ['boot'] },
  'server.change-password': {
    ...running,
    asks: ['changePassword'],
    mayFail: 'a password is kept in memory only, and is gone with the process',
  },
  'server.confirm-resize': { ...resized, asks: ['confirmResize'] },
  'server.delete': { ...running, asks: ['delete'] },
  'server.detach-interface': { ...running, asks: ['detachInterface'] },
  'server.detach-volume': {
    begins: 'a running server on host1 with a volume',
    before: ['boot', 'makeVolume', 'attachVolume'],
    asks: ['detachVolume'],
  },
  'server.evacuate': {
    begins: 'a server on host1, which is down',
    before: ['boot', 'hostDies'],
    asks: ['evacuate'],
  },
  'server.force-complete': {
    ...running,
    begins: 'a running server that is being moved live from host1 to host2, slowly',
    asks: ['liveMigrate', 'forceComplete'],
    faults: [{ on: 'live_migration', delay: 60_000 }],
  },
  'server.inject-network': { ...running, asks: ['injectNetwork'] },
  'server.live-migrate': { ...running, asks: ['liveMigrate'] },
  'server.pause': { ...running, asks: ['pause'] },
  'server.reboot': { ...running, asks: ['reboot'] },
  'server.rebuild': { ...running, asks: ['rebuild'] },
  'server.rescue': { ...running, asks: ['rescue'] },
  'server.resize': { ...running, asks: ['resize'] },
  'server.restore': {
    begins: 'a soft-deleted server on host1',
    before: ['boot', 'delete'],
    asks: ['restore'],
    settings: { reclaimAfterMs: 86_400_000 },
  },
  'server.resume': {
    begins: 'a suspended server on host1',
    before: ['boot', 'suspend'],
    asks: ['resume'],
  },
  'server.revert-resize': { ...resized, asks: ['revertResize'] },
  'server.shelve': { ...running, asks: ['shelve'], settings: { offloadAfterMs: null } },
  'server.shelve-offload': { ...shelved, asks: ['shelveOffload'] },
  'server.snapshot': { ...running, asks: ['snapshot'] },
  'server.soft-delete': { ...running, asks: ['delete'], settings: { reclaimAfterMs: 86_400_000 } },
  'server.start': {
    begins: 'a stopped server on host1',
    before: ['boot', 'stop'],
    asks: ['start'],
  },
  'server.stop': { ...running, asks: ['stop'] },
  'server.suspend': { ...running, asks: ['suspend'] },
  'server.swap-volume': {
    begins: 'a running server on host1 with a volume that is to be moved',
    before: ['boot', 'makeVolume', 'attachVolume', 'moveVolume', 'makeVolume'],
    asks: ['swapVolume'],
  },
  'server.take-off-shelf': { ...shelved, asks: ['unshelve'] },
  'server.trigger-crash-dump': { ...running, asks: ['triggerCrashDump'] },
  'server.unpause': {
    begins: 'a paused server on host1',
    before: ['boot', 'pause'],
    asks: ['unpause'],
  },
  'server.unrescue': {
    begins: 'a server on host1 that was rescued',
    before: ['boot', 'rescue'],
    asks: ['unrescue'],
  },
  'server.unshelve': {
    begins: 'a shelved server that is on no host',
    before: ['boot', 'shelve'],
    asks: ['unshelve'],
  },
}

/** The full name of an operation that was named in full or by its last part; null when there is none such. */
export function operationNamed(name: string): string | null {
  const found = operations.find((each) => each.name === name || each.name === `server.${name}`)
  return found?.name ?? null
}
