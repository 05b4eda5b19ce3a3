/**
 * What the peers need for the same, as it was measured with Nova 26.2.2 and Placement 8.0.0 from Debian on two busy cores.
 *
 * They are recorded figures, and are printed as such: nothing of Nova runs while Berth is measured. For Placement see
 * `npm run bench placement`, which measures the real one beside Berth.
 */
import type { Quantity } from './bed/report.ts'

export const recordedFrom = 'recorded: Nova 26.2.2 and Placement 8.0.0'

const ms = (value: number): Quantity => ({ value, unit: 'ms' })
const rate = (value: number): Quantity => ({ value, unit: '/s' })

export const recorded = {
  /** Until all of its daemons answer; the lower of what was seen. */
  firstAnswer: ms(28_000),
  firstServer: ms(50_000),
  memory: { value: 3200, unit: 'MB' },
  candidates1000: ms(590),
  candidates10000: ms(2500),
  fewCandidates10000: ms(2400),
  groupsOverSlots: ms(12_000),
  claims: rate(18),
  boots: rate(0.6),
  resize: ms(2400),
  confirm: ms(1200),
  showServer: ms(63),
  detailOf100: ms(381),
  /** Published, on 26 machines. */
  bootAndDelete10000: ms(1_841_000),
} as const satisfies Record<string, Quantity>
