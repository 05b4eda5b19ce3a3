/**
 * What stands between the control plane and its hosts in a round: it notes every call, delivers it as the weather says, and keeps
 * it to be sent once more when all is over.
 */
import assert from 'node:assert/strict'
import type { Call, Hosts, HostVerbs } from '../../src/agents/hosts.ts'
import type { HostName } from '../../src/domain/ids.ts'
import { isVerb, verbs, verbsVia } from '../../src/drivers/verbs.ts'
import type { Clock } from '../../src/lib/clock.ts'
import { problem } from '../../src/lib/problem.ts'
import type { Called, Mishap, Weather } from './weather.ts'

export type Post = {
  readonly hosts: Hosts
  /** Every call that was made so far. */
  readonly calls: readonly Called[]
  /**
   * Delivers what was held back until all is over, where its host was told to do something since. One that nobody has called since
   * cannot know that it comes too late.
   */
  deliverHeld(): Promise<void>
  /** Sends everything again, as it was. What comes of it is the hosts' business. */
  sendAgain(): Promise<void>
  /** From here on calls arrive as they should. */
  heal(): void
}

type Send = (call: Call) => Promise<unknown>

export function post(hosts: Hosts, weather: Weather, clock: () => Clock): Post {
  const calls: Called[] = []
  const sent: (() => Promise<unknown>)[] = []
  const { delivery, mishap } = weather
  let left = mishap?.times ?? 0
  const held: (() => Promise<unknown>)[] = []
  let silent: HostName | null = null
  let calledSince = false

  const suffers = (called: Called): boolean => {
    if (mishap === null || left === 0) return false
    if (called.verb !== mishap.verb || called.host !== mishap.host) return false
    left -= 1
    return true
  }

  const deliver = async (send: Send, call: Call, called: Called): Promise<unknown> => {
    if (delivery === 'once') return await send(call)
    if (delivery === 'twice') {
      const both = await Promise.allSettled([send(call), send(call)])
      return answerOf(both[1], both[0])
    }
    // A host that does not know this key any more carries the same call out again.
    if (verbs[called.verb].looks) return await send(call)
    const [first] = await Promise.allSettled([send(call)])
    const again = { ...call, key: `${call.key}/again` }
    const [second] = await Promise.allSettled([send(again)])
    return answerOf(second, first)
  }

  const on = (host: HostName, call: Call): HostVerbs =>
    verbsVia<HostVerbs>(async (verb, args) => {
      assert(isVerb(verb))
      const called = { verb, host }
      calls.push(called)
      if (silent === host) throw problem('unavailable', 'The host does not answer')
      if (!verbs[verb].looks && mishap?.host === host) calledSince = true
      const send: Send = async (which) => {
        // Name and arguments came in together, as one call.
        const method = hosts.on(host, which)[verb] as (
          ...given: readonly unknown[]
        ) => Promise<unknown>
        return await method(...args)
      }
      const later = { ...call, signal: new AbortController().signal }
      sent.push(async () => await send(later))
      if (mishap === null || !suffers(called)) return await deliver(send, call, called)
      return await missend(mishap, async () => await deliver(send, call, called), {
        later: async () => await send(later),
        clock: clock(),
        holdBack: (sending) => {
          held.push(sending)
          silent = host
          calledSince = false
        },
      })
    })

  return {
    hosts: { on, isUp: (host) => hosts.isUp(host) },
    calls,
    sendAgain: async () => {
      for (const send of sent) await send().catch(isRefused)
    },
    deliverHeld: async () => {
      if (calledSince) for (const send of held) await send().catch(isRefused)
    },
    heal: () => {
      left = 0
      silent = null
    },
  }
}

type Later = {
  readonly later: () => Promise<unknown>
  readonly clock: Clock
  /** Keeps the call until all is over; the host says nothing from then on. */
  readonly holdBack: (sending: () => Promise<unknown>) => void
}

async function missend(
  { kind }: Mishap,
  now: () => Promise<unknown>,
  { later, clock, holdBack }: Later,
): Promise<unknown> {
  if ('late' in kind) {
    if (kind.late === 'when all is over') holdBack(later)
    else
      clock.after(kind.late, () => {
        void later().catch(isRefused)
      })
    throw problem('unavailable', 'The kit holds the call up')
  }
  if (kind.when === 'after') await now()
  if (kind.raises === 'stale') throw problem('stale', 'The kit gives the turn to somebody else')
  throw new TypeError('the kit breaks the driver')
}

function answerOf(
  last: PromiseSettledResult<unknown> | undefined,
  first: PromiseSettledResult<unknown> | undefined,
): unknown {
  if (last?.status === 'fulfilled') return last.value
  if (first?.status === 'fulfilled') return first.value
  throw last?.reason
}

function isRefused(thrown: unknown): void {
  // A late call is refused, or its answer remembered; either will do.
  assert.ok(thrown instanceof Error)
}
