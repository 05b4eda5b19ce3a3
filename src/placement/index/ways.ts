/** Ways to place a request, one after the other in one array: for each choice the provider that takes it. */
export class Ways {
  readonly #choices: number
  #cells: Int32Array
  #count = 0

  constructor(choices: number) {
    this.#choices = choices
    this.#cells = new Int32Array(choices * 64)
  }

  get count(): number {
    return this.#count
  }

  /** All of them; good until the next is added. */
  get cells(): Int32Array {
    return this.#cells.subarray(0, this.#count * this.#choices)
  }

  add(way: readonly number[]): void {
    const at = this.#count * this.#choices
    if (at === this.#cells.length) {
      const grown = new Int32Array(at * 2)
      grown.set(this.#cells)
      this.#cells = grown
    }
    for (let i = 0; i < way.length; i += 1) this.#cells[at + i] = way[i] ?? 0
    this.#count += 1
  }
}
