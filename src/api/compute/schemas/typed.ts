/**
 * A JSON schema with the type of what passes it.
 *
 * TypeBox says what such a pair is, and infers the one from the other. At run time the schema is all there is to it, so that none
 * of TypeBox's four hundred modules need be loaded.
 */
import type { TUnsafe } from 'typebox'

export function typed<T>(schema: object): TUnsafe<T> {
  // The mark by which TypeBox tells its own types apart is nothing that a schema needs.
  return schema as TUnsafe<T>
}
