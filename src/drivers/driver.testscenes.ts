/** What a case of a driver's contract is, and scenes that many of them begin or end with. */
import { assertGuest, assertScene, id, the } from './driver.testbench.ts'
import type { Bench, Sides } from './driver.testbench.ts'

export type Case = {
  /** What is there before. */
  readonly given: (on: Sides, bench: Bench) => Promise<unknown>
  /** The verb, called with a patience that may run out. `patient` is for what it needs to know. */
  readonly call: (on: Sides, bench: Bench, patient: Sides) => Promise<unknown>
  /** What is there afterwards. */
  readonly shows: (on: Sides, bench: Bench, answer: unknown) => Promise<unknown>
}

export const nothing = async (): Promise<void> => {}
export const running = (on: Sides): Promise<void> => on.source.spawn(the)
export const off = async (on: Sides): Promise<void> => {
  await running(on)
  await on.source.powerOff(id)
}
export const unchanged = async (on: Sides): Promise<void> => {
  await assertScene(on, 'source guest running')
  await assertGuest(on.source, the)
}
export const gone = async (on: Sides): Promise<void> => await assertScene(on)
export const moved = async (on: Sides, { destinationHost }: Bench): Promise<void> => {
  await running(on)
  await on.source.migrateDiskAndPowerOff(id, destinationHost)
}
