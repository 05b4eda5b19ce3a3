/** Instants as this API writes them: two ways, by field. */
import type { Instant } from '../../../lib/clock.ts'

/** To the second, with its zone: `2026-08-01T12:00:00Z`. */
export function zoned(at: Instant): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`
}

/** To the microsecond, without one: `2026-08-01T12:00:00.000000`. */
export function unzoned(at: Instant): string {
  return `${new Date(at).toISOString().slice(0, 23)}000`
}

export function unzonedOrNull(at: Instant | null): string | null {
  return at === null ? null : unzoned(at)
}
