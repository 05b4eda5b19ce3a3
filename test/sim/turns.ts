/**
 * What must be true of the verbs that a host carries out, looked at as an agent begins each of them.
 *
 * - Two verbs that do something to the guest of one server never run at once: the second begins when the first has come back, even
 *   where nobody waits for the first any more.
 * - A host that is back in touch begins nothing but to switch off what it has lost, before it counts as up.
 */
import type { HostName } from '../../src/domain/ids.ts'
import { callVerb, serverOf, verbs, verbsVia } from '../../src/drivers/verbs.ts'
import type { Patience, Verb, VirtDriver } from '../../src/drivers/virt-driver.ts'
import type { Judge } from './judge.ts'

export type Watching = {
  readonly host: HostName
  readonly judge: Judge
  /** Whether the host is in touch, and has not learned yet what it has lost. */
  readonly isCatchingUp: () => boolean
}

export function watchedDriver(
  driver: VirtDriver,
  { host, judge, isCatchingUp }: Watching,
): VirtDriver {
  const underWay = new Map<string, Verb>()
  return verbsVia(async (verb, args) => {
    const given = args.slice(0, -1)
    // The interface puts the patience last in every verb.
    const patience = args.at(-1) as Patience
    const carryOut = async (): Promise<unknown> => await callVerb(driver, verb, given, patience)
    const server = serverOf(given)
    const { looks, hurries } = verbs[verb]
    if (looks || hurries === true || server === null) return await carryOut()
    const other = underWay.get(server)
    if (other !== undefined) judge.fail('O3', `${host} begins to ${verb} while it does ${other}`)
    if (verb !== 'powerOff' && isCatchingUp())
      judge.fail('G1', `${host} begins to ${verb} before it knows what it has lost`)
    underWay.set(server, verb)
    try {
      return await carryOut()
    } finally {
      if (underWay.get(server) === verb) underWay.delete(server)
    }
  })
}
