/**
 * Moving a disk away from its host, and knowing of a failure whether the guest is what it was.
 *
 * A host that refuses says so and has touched nothing. Any other answer comes after the guest was powered off and its disk was
 * on its way: it is brought back, and its owner had better look at it.
 */
import type { HostName } from '../domain/ids.ts'
import { exceptionOf } from '../drivers/exceptions.ts'
import type { DiskInfo } from '../drivers/virt-driver.ts'
import { asProblem, problem } from '../lib/problem.ts'
import type { Problem } from '../lib/problem.ts'
import { on } from './kit.ts'
import type { Called, ServerParams } from './kit.ts'

const touched = 'guestTouched'

/** @throws what the source said, and in the details whether the guest may have been touched. */
export async function moveDisk(
  c: Called<ServerParams>,
  source: HostName,
  destination: HostName,
): Promise<DiskInfo> {
  try {
    return await on(c, source).migrateDiskAndPowerOff(c.p.serverId, destination)
  } catch (thrown) {
    const failure = asProblem(thrown)
    const isAnswer = failure.kind !== 'unavailable' && failure.kind !== 'stale'
    if (!isAnswer || exceptionOf(failure).rollsBack) throw failure
    const details = { ...failure.details, [touched]: true }
    throw problem(failure.kind, failure.message, details, { cause: thrown })
  }
}

/** Whether the failure of a move says that the guest may have been touched. */
export function touchedGuest(failure: Problem): boolean {
  return failure.details[touched] === true
}
