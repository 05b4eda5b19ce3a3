/** JSON as a type, and the one place where stored text becomes values again. */

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json }
export type JsonObject = { readonly [key: string]: Json }

/** Text for a column. Key order is the object's own, so equal construction gives equal text. */
export function toJson(value: unknown): string {
  return JSON.stringify(value)
}

/**
 * Reads a column that this program wrote. The type is the caller's claim: the text came from `toJson` of that type, and the
 * schema's upgrade numbers guard against other writers.
 */
export function fromJson<T>(text: string): T {
  // The claim described above; there is no other reader of our own columns.
  return JSON.parse(text) as T
}
