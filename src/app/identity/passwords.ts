/**
 * Hashing what people log in with.
 *
 * scrypt is slow and takes memory on purpose. It runs outside the event loop, and a bounded number at a time: who floods the
 * log-in waits in a line of bounded length, and everybody else's requests do not notice. A stored hash carries its salt and
 * parameters, so that they can be raised without invalidating what is there.
 */
import { scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { problem } from '../../lib/problem.ts'
import { secureToken } from '../../lib/random.ts'

export interface Passwords {
  /** Text to store: salted, with its parameters. */
  hash(secret: string): Promise<string>
  /** Whether the secret is the one of that hash. Without a hash it takes as long as with one, and says no. */
  matches(secret: string, stored: string | null): Promise<boolean>
}

export type PasswordOptions = {
  /** scrypt's N: a power of two. Memory is 1 KB times this. */
  readonly cost: number
  readonly atOnce: number
  readonly waitingMax: number
}

export const usualPasswords: PasswordOptions = { cost: 32_768, atOnce: 2, waitingMax: 200 }

const derive = promisify<string, Buffer, number, object, Buffer>(scrypt)
const keyBytes = 32
const blockSize = 8

export function openPasswords(options: PasswordOptions = usualPasswords): Passwords {
  const line = new Line(options.atOnce, options.waitingMax)
  const keyOf = async (secret: string, salt: string, cost: number): Promise<Buffer> =>
    await line.run(async () => {
      const limits = { N: cost, r: blockSize, p: 1, maxmem: 256 * cost * blockSize }
      return await derive(secret, Buffer.from(salt, 'base64url'), keyBytes, limits)
    })
  return {
    hash: async (secret) => {
      const salt = secureToken(16)
      const key = await keyOf(secret, salt, options.cost)
      return ['scrypt', options.cost, salt, key.toString('base64url')].join('$')
    },
    matches: async (secret, stored) => {
      const [, cost, salt, key] = stored?.split('$') ?? []
      const wanted = Buffer.from(key ?? '', 'base64url')
      const found = await keyOf(secret, salt ?? secureToken(16), Number(cost ?? options.cost))
      return wanted.length === found.length && timingSafeEqual(wanted, found)
    },
  }
}

/** Lets a number of tasks run at once and a number of others wait. */
class Line {
  readonly #waiting: (() => void)[] = []
  readonly #waitingMax: number
  #free: number

  constructor(atOnce: number, waitingMax: number) {
    this.#free = atOnce
    this.#waitingMax = waitingMax
  }

  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1
    else if (this.#waiting.length >= this.#waitingMax) {
      throw problem('unavailable', 'Too many log-ins at once')
    } else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    try {
      return await task()
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#free += 1
      else next()
    }
  }
}
