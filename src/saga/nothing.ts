/** A step without an undo says why. */
export type Nothing = { readonly nothingToUndo: string }

export function nothing(why: string): Nothing {
  return { nothingToUndo: why }
}

export function isNothing(undo: unknown): undo is Nothing {
  return typeof undo === 'object' && undo !== null && 'nothingToUndo' in undo
}
