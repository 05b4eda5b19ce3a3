/** Key pairs. */
import type { JsonSchema } from './json-schema.ts'
import { object, oneOf, text } from './parts.ts'
import { anyText, many, paging, query } from './queries.ts'
import { typed } from './typed.ts'

/** A name of these characters only. */
function nameOf(pattern: string): JsonSchema {
  return {
    allOf: [
      { type: 'string', minLength: 1, maxLength: 255, format: 'name' },
      { type: 'string', pattern },
    ],
  }
}

export const olderKeypairName = nameOf('^[_\\- a-zA-Z0-9]+$')

/** A key may be absent at versions that make one; then the newest form has none either. */
export const createKeypair = object({
  keypair: object(
    { name: typed<string>(nameOf('^[_\\-\\@\\. a-zA-Z0-9]+$')), public_key: text() },
    { type: oneOf('ssh', 'x509'), user_id: text() },
  ),
})

const user = { user_id: many(anyText) }
export const keypairQuery = query(user)
export const keypairsQuery = query({ ...paging, ...user })
