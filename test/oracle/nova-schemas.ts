/**
 * Nova's own schemas as judges of ours. They lie beside the project and are no part of it: where they are missing, the suites
 * that need them say so and are skipped.
 */
import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { Ajv } from 'ajv'
import type { ValidateFunction } from 'ajv'
import type { JsonSchema } from '../../src/api/compute/schemas/json-schema.ts'
import { parseBlock } from '../../src/domain/network/address.ts'
import { formats } from '../../src/api/compute/schemas/formats.ts'

const place = new URL('../../../shared/reference/api/nova-schemas.json.gz', import.meta.url)

/** Why the suites are skipped, or false. */
export const missing: string | false = existsSync(place)
  ? false
  : "skipped: Nova's schemas are not beside the project"

export type Band = {
  readonly min: string | null
  readonly max: string | null
  readonly schema: JsonSchema | null
}

export type Operation = {
  readonly method: string
  readonly route: string
  readonly action: string | null
  readonly min: string | null
  readonly max: string | null
  readonly removed: boolean
  readonly request_body: readonly Band[] | null
  readonly request_query: readonly Band[] | null
  readonly response_body: readonly Band[] | null
}

export function operations(): readonly Operation[] {
  if (missing !== false) return []
  return (
    // The file says what it holds.
    (JSON.parse(gunzipSync(readFileSync(place)).toString()) as { operations: readonly Operation[] })
      .operations
  )
}

/** The minor version of `2.90`; the bound when there is none. */
export function minorOf(version: string | null, bound: number): number {
  return version === null ? bound : Number(version.split('.')[1])
}

/** What Nova says of a version, or null when it says nothing. */
export function bandAt(bands: readonly Band[] | null, at: number): Band | null {
  const fitting = (bands ?? []).filter(
    ({ min, max }) => minorOf(min, 0) <= at && at <= minorOf(max, Infinity),
  )
  // Where two overlap the first one is meant.
  return fitting[0] ?? null
}

const judges = new Map<string, ValidateFunction>()
const ajv = new Ajv({
  strict: false,
  unicodeRegExp: false,
  logger: false,
  formats: {
    ...formats,
    name_with_leading_trailing_spaces: formats['loose-name'] ?? (() => false),
    az_name: formats['zone-name'] ?? (() => false),
    az_name_with_leading_trailing_spaces: formats['loose-zone-name'] ?? (() => false),
    cidr: (text: string) => parseBlock(text) !== null,
    uri: (text: string) => URL.canParse(text),
    url: (text: string) => URL.canParse(text),
    'mac-address': /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/,
  },
  keywords: [
    {
      // In Nova's validator, bounds hold for numbers that come as text too.
      keyword: 'textBounds',
      validate: ({ minimum = -Infinity, maximum = Infinity }, value: unknown) =>
        typeof value !== 'string' || (Number(value) >= minimum && Number(value) <= maximum),
    },
  ],
})

/** Whether Nova's schema takes a value. */
export function takes(schema: JsonSchema, value: unknown): boolean {
  return judgeOf(schema)(value)
}

/** What Nova's schema has against a value; empty when it takes it. */
export function objections(schema: JsonSchema, value: unknown): string {
  const judge = judgeOf(schema)
  return judge(value) ? '' : ajv.errorsText(judge.errors)
}

function judgeOf(schema: JsonSchema): ValidateFunction {
  const key = JSON.stringify(schema)
  const known = judges.get(key)
  if (known !== undefined) return known
  // What is put in order is a schema still.
  const made = ajv.compile(inOrder(schema) as JsonSchema)
  judges.set(key, made)
  return made
}

/** Says what Nova's validator does in words that Ajv knows. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder)
  if (typeof value !== 'object' || value === null) return value
  const schema = Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key,
      key === 'enum' || key === 'const' ? each : inOrder(each),
    ]),
  )
  const { prefixItems, minimum, maximum, type } = schema
  if (prefixItems !== undefined) {
    schema['items'] = prefixItems
    delete schema['prefixItems']
  }
  const mayBeText = [type].flat().includes('string')
  if (mayBeText && (minimum !== undefined || maximum !== undefined)) {
    schema['textBounds'] = {
      ...(minimum === undefined ? {} : { minimum }),
      ...(maximum === undefined ? {} : { maximum }),
    }
  }
  return schema
}
