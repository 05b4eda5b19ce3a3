/**
 * Makes a story that fails as short as it gets while it still fails in the same way.
 *
 * Rounds go first, then halves, quarters and eighths of what is in them, down to single entries; then what is left is made
 * plainer: fewer processes, no slowness. Every attempt is a whole run, so there is a bound on how many are made.
 */
import { play } from './play.ts'
import { lengthOf } from './story.ts'
import type { Round, Story } from './story.ts'

/** Tells whether the story still fails. */
export type Fails = (story: Story) => Promise<boolean>

export type Bounds = { readonly attemptsMax: number; readonly onProgress?: (story: Story) => void }

/** Whether the story violates that very invariant. */
export function failsWith(invariant: string): Fails {
  return async (story) => (await play(story)).violations[0]?.invariant === invariant
}

export async function shrink(story: Story, fails: Fails, bounds: Bounds): Promise<Story> {
  let best = story
  let attempts = 0
  const better = async (candidate: Story): Promise<boolean> => {
    if (attempts >= bounds.attemptsMax) return false
    attempts += 1
    if (!(await fails(candidate))) return false
    best = candidate
    bounds.onProgress?.(best)
    return true
  }

  for (let before = Infinity; lengthOf(best) < before;) {
    before = lengthOf(best)
    await withoutParts(best.rounds, async (rounds) => await better({ ...best, rounds }))
    for (let index = 0; index < best.rounds.length; index += 1) {
      await withoutParts(
        best.rounds[index]?.entries ?? [],
        async (entries) =>
          await better({ ...best, rounds: replaced(best.rounds, index, { entries }) }),
      )
      await withoutParts(
        best.rounds[index]?.faults ?? [],
        async (faults) =>
          await better({ ...best, rounds: replaced(best.rounds, index, { faults }) }),
      )
    }
    if (best.processes > 1) await better({ ...best, processes: 1 })
    if (best.slowness > 0) await better({ ...best, slowness: 0 })
    if (best.sameHost) await better({ ...best, sameHost: false })
  }
  return best
}

/** Tries to do without parts of the list, the large ones first. `accept` says whether what is left will do. */
async function withoutParts<T>(
  list: readonly T[],
  accept: (rest: readonly T[]) => Promise<boolean>,
): Promise<void> {
  let left = list
  for (
    let size = Math.ceil(left.length / 2);
    size >= 1;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (let at = 0; at < left.length;) {
      const rest = [...left.slice(0, at), ...left.slice(at + size)]
      if (await accept(rest)) left = rest
      else at += size
    }
  }
}

function replaced(
  rounds: readonly Round[],
  index: number,
  change: Partial<Round>,
): readonly Round[] {
  return rounds.map((round, at) => (at === index ? { ...round, ...change } : round))
}
