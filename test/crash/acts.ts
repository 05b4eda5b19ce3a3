/** What is asked of servers under load: every operation that takes more than one step. A new one is one entry here. */
import type { Random } from '../../src/lib/random.ts'

export const sizes: Readonly<Record<string, string>> = {
  '1': 'm1.tiny',
  '2': 'm1.small',
  '3': 'm1.medium',
}

export type Asked = {
  /** What is sent to the server's `action`. */
  readonly body: object
  /** The size that it asks for. */
  readonly flavor?: string
}

export type Act = {
  /** The statuses in which it is asked for, as a rule. */
  readonly from: readonly string[]
  /** The statuses after it, when it went well. */
  readonly then: readonly string[]
  readonly ask: (about: { readonly random: Random; readonly imageRef: string }) => Asked
}

const settled = ['ACTIVE', 'SHUTOFF']
/** What leaves a server as it was, whatever that is. */
const asBefore = ['ACTIVE', 'SHUTOFF', 'PAUSED', 'SUSPENDED']

export const acts: Readonly<Record<string, Act>> = {
  resize: {
    from: settled,
    then: ['VERIFY_RESIZE'],
    ask: ({ random }) => {
      const [flavorRef, flavor] = pick(random, Object.entries(sizes))
      return { body: { resize: { flavorRef } }, flavor }
    },
  },
  migrate: { from: settled, then: ['VERIFY_RESIZE'], ask: plain('migrate') },
  confirmResize: { from: ['VERIFY_RESIZE'], then: settled, ask: plain('confirmResize') },
  revertResize: { from: ['VERIFY_RESIZE'], then: settled, ask: plain('revertResize') },
  'os-migrateLive': {
    from: ['ACTIVE', 'PAUSED'],
    then: ['ACTIVE', 'PAUSED'],
    ask: plain('os-migrateLive', { host: null, block_migration: 'auto' }),
  },
  shelve: { from: settled, then: ['SHELVED_OFFLOADED'], ask: plain('shelve') },
  unshelve: { from: ['SHELVED_OFFLOADED'], then: ['ACTIVE'], ask: plain('unshelve') },
  rebuild: {
    from: settled,
    then: settled,
    ask: ({ imageRef }) => ({ body: { rebuild: { imageRef } } }),
  },
  'os-stop': { from: ['ACTIVE'], then: ['SHUTOFF'], ask: plain('os-stop') },
  'os-start': { from: ['SHUTOFF'], then: ['ACTIVE'], ask: plain('os-start') },
  reboot: {
    from: ['ACTIVE', 'ERROR'],
    then: ['ACTIVE'],
    ask: plain('reboot', { type: 'HARD' }),
  },
  pause: { from: ['ACTIVE'], then: ['PAUSED'], ask: plain('pause') },
  unpause: { from: ['PAUSED'], then: ['ACTIVE'], ask: plain('unpause') },
  suspend: { from: ['ACTIVE'], then: ['SUSPENDED'], ask: plain('suspend') },
  resume: { from: ['SUSPENDED'], then: ['ACTIVE'], ask: plain('resume') },
  rescue: { from: settled, then: ['RESCUE'], ask: plain('rescue', {}) },
  unrescue: { from: ['RESCUE'], then: ['ACTIVE'], ask: plain('unrescue') },
  createImage: { from: asBefore, then: asBefore, ask: plain('createImage', { name: 'crash' }) },
}

/** An act that may be asked for in that status; one time in ten any. */
export function chooseAct(random: Random, status: string): readonly [string, Act] | null {
  const all = Object.entries(acts)
  const fitting = all.filter(([, { from }]) => from.includes(status))
  const any = random.below(10) === 0
  return fitting.length === 0 && !any ? null : pick(random, any ? all : fitting)
}

function plain(name: string, given: object | null = null): Act['ask'] {
  return () => ({ body: { [name]: given } })
}

export function pick<T>(random: Random, from: readonly T[]): T {
  const chosen = from[random.below(from.length)]
  if (chosen === undefined) throw new Error('nothing to choose from')
  return chosen
}
