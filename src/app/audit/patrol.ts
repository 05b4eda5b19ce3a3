/**
 * The audit that runs by itself: it looks every so often, remembers since when something is wrong, tells the log what is new and
 * what is over, and heals what can be healed safely where the operator wants that.
 */
import type { Instant } from '../../lib/clock.ts'
import type { Reconciler } from '../../reconcilers/loops.ts'
import { findingsOf, keyOf } from './findings.ts'
import type { Finding } from './findings.ts'
import { beginHeals } from './heals.ts'
import type { Healing } from './heals.ts'
import type { Invariant, Violation } from './violation.ts'

export type PatrolSettings = {
  /** How often it looks, in ms; 0 never. */
  readonly everyMs: number
  /** Whether it heals what can be healed, or only says what is wrong. */
  readonly heal: 'report' | 'safe'
}

export interface Patrol {
  readonly loop: Reconciler
  /** Looks now, whenever it looks by itself. */
  look(): Promise<readonly Finding[]>
  /** What the last look found, by invariant; null before the first. */
  standing(): { readonly at: Instant; readonly counts: ReadonlyMap<Invariant, number> } | null
}

export function patrol(
  ctx: Healing,
  audit: () => Promise<readonly Violation[]>,
  settings: PatrolSettings,
): Patrol {
  let firstSeen: ReadonlyMap<string, Instant> = new Map()
  let standing: ReturnType<Patrol['standing']> = null

  const look = async (): Promise<readonly Finding[]> => {
    const violations = await audit()
    const at = ctx.clock.now()
    const before = firstSeen
    firstSeen = new Map(
      violations.map((each) => [keyOf(each), before.get(keyOf(each)) ?? at] as const),
    )
    const counts = new Map<Invariant, number>()
    for (const { invariant } of violations) counts.set(invariant, (counts.get(invariant) ?? 0) + 1)
    standing = { at, counts }
    tell(violations, before)
    return await findingsOf(ctx.store, violations, firstSeen)
  }

  const tell = (found: readonly Violation[], before: ReadonlyMap<string, Instant>): void => {
    for (const violation of found.filter((each) => !before.has(keyOf(each)))) {
      const { invariant, subject, says, facts } = violation
      ctx.log.error('the cloud contradicts itself', { invariant, subject, says, facts })
    }
    for (const [key, since] of before) {
      if (!firstSeen.has(key)) ctx.log.info('a contradiction is over', { key, since })
    }
  }

  const run = async (): Promise<void> => {
    if (settings.everyMs === 0) return
    const findings = await look()
    if (settings.heal === 'safe') await beginHeals(ctx, findings, null)
  }

  return {
    loop: { name: 'audit', everyMs: Math.max(settings.everyMs, 1_000), run },
    look,
    standing: () => standing,
  }
}
