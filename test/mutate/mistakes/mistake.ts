/** A mistake that somebody might make: a place, what stands there, and what would stand there after the mistake. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

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

/** Whether each place stands in the sources exactly once. */
export function hasItsPlace(root: string, { file, find, also }: Mistake): boolean {
  const text = readFileSync(join(root, file), 'utf8')
  const once = (part: string): boolean => text.split(part).length === 2
  return once(find) && (also === undefined || once(also.find))
}

/** What the file says after the mistake. */
export function mistaken(text: string, { find, replace, also }: Mistake): string {
  const first = text.replace(find, () => replace)
  return also === undefined ? first : first.replace(also.find, () => also.replace)
}
