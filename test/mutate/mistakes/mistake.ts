/** A mistake that somebody might make: a place, what stands there, and what would stand there after the mistake. */
export type Mistake = {
  readonly file: string
  readonly find: string
  readonly replace: string
  /** A second place in the same file, where one of two guards alone would still hold. */
  readonly also?: { readonly find: string; readonly replace: string }
  /** A test that is the net for it: of what several writers do at once the kit and the simulator, with their one, see nothing. */
  readonly tests?: { readonly file: string; readonly needs: 'postgresql' | null }
  /** What the mistake is. */
  readonly why: string
}
