/**
 * Columns of numbers by slot: typed arrays that grow as they are written and read as blank where nothing was.
 *
 * There is one class for each kind of number, and not a generic one, because the engine compiles a reader well only while
 * it always meets the same kind of array.
 */

const firstLength = 64

export class IntColumn {
  readonly #blank: number
  #cells: Int32Array

  constructor(blank: number) {
    this.#blank = blank
    this.#cells = new Int32Array(firstLength).fill(blank)
  }

  get(slot: number): number {
    return this.#cells[slot] ?? this.#blank
  }

  set(slot: number, value: number): void {
    if (slot >= this.#cells.length) this.#grow(slot)
    this.#cells[slot] = value
  }

  add(slot: number, value: number): void {
    this.set(slot, this.get(slot) + value)
  }

  #grow(slot: number): void {
    const grown = new Int32Array(grownLength(this.#cells.length, slot)).fill(
      this.#blank,
      this.#cells.length,
    )
    grown.set(this.#cells)
    this.#cells = grown
  }
}

/** For amounts that 32 bits do not hold: a capacity is up to 2^31 times the allocation ratio. */
export class FloatColumn {
  #cells = new Float64Array(firstLength)

  get(slot: number): number {
    return this.#cells[slot] ?? 0
  }

  set(slot: number, value: number): void {
    if (slot >= this.#cells.length) this.#grow(slot)
    this.#cells[slot] = value
  }

  #grow(slot: number): void {
    const grown = new Float64Array(grownLength(this.#cells.length, slot))
    grown.set(this.#cells)
    this.#cells = grown
  }
}

/** Half again as long each time: writes stay cheap on the whole, and at most a third of a column lies idle. */
function grownLength(length: number, slot: number): number {
  return Math.max(slot + 1, length + (length >> 1))
}
