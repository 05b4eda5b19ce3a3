/**
 * Names as small numbers. A name keeps its number for the life of the index; there are few of them (classes, traits,
 * aggregates), so none is ever taken back.
 */
import { assert } from '../../lib/problem.ts'

/** The number of a name that nobody has used yet. */
export const unknownName = -1

export class Names {
  readonly #numbers = new Map<string, number>()
  readonly #names: string[] = []

  /** The name's number, a new one if need be. */
  intern(name: string): number {
    const known = this.#numbers.get(name)
    if (known !== undefined) return known
    const number = this.#names.length
    this.#numbers.set(name, number)
    this.#names.push(name)
    return number
  }

  find(name: string): number {
    return this.#numbers.get(name) ?? unknownName
  }

  nameOf(number: number): string {
    const name = this.#names[number]
    assert(name !== undefined, 'no such name', { number })
    return name
  }
}
