/** The periods over which usage is summed up: calendar months, in UTC. */
import type { Instant } from '../lib/clock.ts'

export type Period = { readonly start: Instant; readonly end: Instant }

/** The last month that was over before that moment. A moment that is the end of a month is not after it. */
export function lastPeriodBefore(moment: Instant): Period {
  const date = new Date(moment)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
  const ended = Date.UTC(year, month) < moment ? 0 : 1
  return { start: Date.UTC(year, month - ended - 1), end: Date.UTC(year, month - ended) }
}
