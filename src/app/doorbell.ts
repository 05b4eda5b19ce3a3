/** Waits for somebody to ring. A ring while nobody waits is not lost: the next one to wait does not have to. */

export class Doorbell {
  #last: string | null = null
  #wake: (() => void) | null = null

  ring(why = 'rung'): void {
    // News outweigh silence, whichever came first.
    if (this.#last === null || why === 'rung') this.#last = why
    this.#wake?.()
  }

  /** Resolves with why it was rung. */
  async rung(): Promise<string> {
    if (this.#last === null) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    const why = this.#last ?? 'rung'
    this.#last = null
    this.#wake = null
    return why
  }
}
