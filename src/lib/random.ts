/**
 * Chance as a parameter.
 *
 * `seededRandom` is for decisions that must be replayable (scheduling, simulation, faults). `secureRandom` is for what
 * nobody may guess (tokens, passwords). They are different types on purpose.
 */
import { randomBytes } from 'node:crypto'

export interface Random {
  /** A number in [0, 1). */
  next(): number
  /** A whole number in [0, below). */
  below(limit: number): number
  /** A generator of its own, derived from this one's seed and a name; drawing from it does not disturb this one. */
  fork(name: string): Random
}

/** Same seed, same numbers. mulberry32 over a hash of the seed: small, fast, good enough for choices. */
export function seededRandom(seed: string | number): Random {
  const text = String(seed)
  let state = hash(text)
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
  return {
    next,
    below: (limit) => Math.floor(next() * limit),
    fork: (name) => seededRandom(`${text}/${name}`),
  }
}

/** FNV-1a, 32 bits: spreads similar seeds apart. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i += 1) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  }
  return value
}

/** That many unguessable bytes as URL-safe text. */
export function secureToken(bytes = 32): string {
  return randomBytes(bytes).toString('base64url')
}
