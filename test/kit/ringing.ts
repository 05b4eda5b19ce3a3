/** Waiting for what may itself wait for time: in a round nobody else moves the clock. */
import type { VirtualClock } from '../../src/lib/virtual-clock.ts'

/** So many alarms without an end are something that never ends. */
const alarmsMax = 400

/**
 * Lets time pass until `work` is done. False when it never is: who asks a control plane that dies is not answered.
 * @throws what `work` throws.
 */
export async function ringing(clock: VirtualClock, work: Promise<unknown>): Promise<boolean> {
  let done = false
  const end = (): void => {
    done = true
  }
  work.then(end, end)
  for (let alarms = 0; alarms < alarmsMax; alarms += 1) {
    await clock.settle()
    if (done) {
      await work
      return true
    }
    if (!(await clock.next())) break
  }
  return false
}
