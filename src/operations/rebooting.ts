/** Rebooting a guest, and when that fails, saying what is left of it. */
import { asProblem, problem } from '../lib/problem.ts'
import type { GuestSpec } from '../drivers/virt-driver.ts'
import { on } from './kit.ts'
import type { Called } from './kit.ts'
import type { RebootParams } from './power.ts'

/** @throws what the host said, with the guest's power state after it in the details. */
export async function rebootOn(c: Called<RebootParams>, guest: GuestSpec): Promise<void> {
  const host = on(c, c.p.host)
  try {
    await host.reboot(guest, c.p.type)
  } catch (thrown) {
    const failure = asProblem(thrown)
    if (failure.kind === 'unavailable' || failure.kind === 'stale') throw failure
    const found = await host.getInfo(c.p.serverId)
    const power = found?.power ?? 'nostate'
    throw problem(failure.kind, failure.message, { ...failure.details, power }, { cause: thrown })
  }
}
