/**
 * A bucket of tokens for each of many: it fills steadily up to a brim, and whoever wants something takes one out.
 *
 * So many per second are let through in the long run, and a moment's crowd of twice as many at once. A bucket that is full again
 * is forgotten, so that there are never more than those who asked lately.
 */
import type { Clock } from './clock.ts'

export type Buckets = {
  /** Takes a token. Answers 0, or how many ms to wait until there is one. */
  take(whose: string): number
}

type Bucket = { tokens: number; at: number }

/** How many are kept at most before full ones are looked for. */
const sweepAbove = 1000

export function openBuckets(clock: Clock, perSecond: number): Buckets {
  const brim = Math.max(1, perSecond * 2)
  const buckets = new Map<string, Bucket>()
  const levelOf = ({ tokens, at }: Bucket, now: number): number =>
    Math.min(brim, tokens + ((now - at) / 1000) * perSecond)
  const sweep = (now: number): void => {
    for (const [whose, bucket] of buckets) if (levelOf(bucket, now) >= brim) buckets.delete(whose)
  }
  return {
    take: (whose) => {
      const now = clock.now()
      if (buckets.size > sweepAbove) sweep(now)
      const bucket = buckets.get(whose) ?? { tokens: brim, at: now }
      const level = levelOf(bucket, now)
      const isGiven = level >= 1
      buckets.set(whose, { tokens: isGiven ? level - 1 : level, at: now })
      return isGiven ? 0 : Math.ceil(((1 - level) / perSecond) * 1000)
    },
  }
}
