/** When the newest of several things changed; 'now' when there are none. */
import type { Instant } from '../../lib/clock.ts'

export function newest(instants: readonly Instant[]): Instant | 'now' {
  return instants.length === 0 ? 'now' : instants.reduce((a, b) => Math.max(a, b))
}
