/**
 * Judging bodies and queries by their schemas.
 *
 * A schema is compiled when the first request needs it, and remembered: the history hands out one schema for all versions
 * between two changes.
 */
import { Ajv } from 'ajv'
import type { ErrorObject, ValidateFunction } from 'ajv'
import { problem } from '../../lib/problem.ts'
import { formats } from './schemas/formats.ts'
import type { JsonSchema } from './schemas/json-schema.ts'
import { flagKeyword, wholeKeyword } from './schemas/keywords.ts'
import { sentenceOf } from './schemas/wire-messages.ts'

export type Validation = {
  /** @throws `invalid`. Numbers and booleans that came as text are in the body as themselves afterwards. */
  judgeBody(schema: JsonSchema, body: unknown): void
  /**
   * @returns the parameters that the schema knows, in the order they came.
   * @throws `invalid`.
   */
  judgeQuery(schema: JsonSchema, query: URLSearchParams): ReadonlyMap<string, readonly string[]>
}

export function openValidation(): Validation {
  const ajv = newAjv()
  const compiled = new WeakMap<JsonSchema, ValidateFunction>()
  const errorsIn = (schema: JsonSchema, value: unknown): readonly ErrorObject[] | null => {
    const known = compiled.get(schema)
    const validate = known ?? ajv.compile(schema)
    if (known === undefined) compiled.set(schema, validate)
    return validate(value) ? null : (validate.errors ?? [])
  }
  return {
    judgeBody: (schema, body) => {
      const errors = errorsIn(schema, body)
      if (errors !== null) throw problem('invalid', sentenceOf(errors, 'body'))
    },
    judgeQuery: (schema, query) => {
      const given = new Map<string, string[]>()
      for (const [name, value] of query) {
        // PostgreSQL has no text with a null character in it.
        if (value.includes('\0')) throw problem('invalid', `Invalid query parameter ${name}`)
        given.set(name, [...(given.get(name) ?? []), value])
      }
      const copies = [...given].map(([name, values]) => [name, [...values]] as const)
      const errors = errorsIn(schema, Object.fromEntries(copies))
      if (errors !== null) throw problem('invalid', sentenceOf(errors, 'query'))
      return new Map([...given].filter(([name]) => isKnown(schema, name)))
    },
  }
}

function isKnown({ properties = {}, patternProperties = {} }: JsonSchema, name: string): boolean {
  if (Object.hasOwn(properties, name)) return true
  return Object.keys(patternProperties).some((source) => new RegExp(source).test(name))
}

/** Stops at the first error: only one is told. */
export function newAjv(): Ajv {
  return new Ajv({
    strict: false,
    verbose: true,
    // Schemas write patterns as clients see them quoted, and those are not all legal under the u flag.
    unicodeRegExp: false,
    formats: { ...formats },
    keywords: [flagKeyword, wholeKeyword],
    logger: false,
  })
}
