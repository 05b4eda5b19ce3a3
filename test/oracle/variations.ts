/** Bodies and queries to judge: one that a schema takes, and what becomes of it when one thing in it is changed. */
import type { JsonSchema } from '../../src/api/compute/schemas/json-schema.ts'

/** Something that the schema takes, with every property it knows. */
export function sampleOf(schema: JsonSchema): unknown {
  const { type, oneOf, anyOf, allOf, format, properties, patternProperties, items } = schema
  if (schema['const'] !== undefined) return schema['const']
  // Two keywords of our own.
  if (schema['flag'] !== undefined) return true
  const whole = schema['whole'] as { readonly minimum?: number } | undefined
  if (whole !== undefined) return Math.max(1, whole.minimum ?? 1)
  const values = schema['enum']
  if (Array.isArray(values)) return values[0]
  const types = [type].flat()
  if (properties !== undefined) {
    return Object.fromEntries(
      Object.entries(properties).map(([name, each]) => [name, sampleOf(each)]),
    )
  }
  if (patternProperties !== undefined) {
    return { key: sampleOf(Object.values(patternProperties)[0] ?? {}) }
  }
  if (types.includes('array')) {
    const [first] = (schema['prefixItems'] as JsonSchema[] | undefined) ?? []
    return [sampleOf(first ?? items ?? {})]
  }
  const form = oneOf ?? anyOf ?? allOf
  if (form !== undefined && format === undefined) {
    return sampleOf({ ...(type === undefined ? {} : { type }), ...form[0] })
  }
  if (types.includes('integer') || types.includes('number'))
    return Math.max(1, Number(schema['minimum'] ?? 1))
  if (types.includes('boolean')) return true
  if (types.includes('string')) return textOf(schema)
  return null
}

function textOf({ format, pattern }: JsonSchema): string {
  if (format === 'uuid') return '11111111-2222-3333-4444-555555555555'
  if (format === 'ipv4') return '10.0.0.1'
  if (format === 'ipv6') return 'fd00::1'
  if (format === 'base64') return 'YWJj'
  if (format === 'date-time') return '2026-01-02T03:04:05Z'
  if (typeof pattern === 'string' && pattern.startsWith('(^/dev')) return '/dev/vdb'
  if (typeof pattern === 'string' && pattern.startsWith('^/[0-9a-f')) return '/24'
  return 'text'
}

/** Values that a leaf is replaced with: of every type, at every edge. */
export const everyLeaf: readonly unknown[] = [
  null,
  true,
  false,
  0,
  1,
  -1,
  2,
  2147483647,
  2147483648,
  1e15,
  1.5,
  '',
  ' ',
  'a',
  ' a',
  'a ',
  'aé',
  'a:b',
  'a,b',
  'a/b',
  'a b',
  'a@b',
  'a.b',
  'a_b',
  '-1',
  '0',
  '1',
  '7',
  '1.5',
  '2147483648',
  'yes',
  'On',
  'TRUE',
  'tRUE',
  'auto',
  'none',
  'x'.repeat(60),
  'x'.repeat(61),
  'x'.repeat(63),
  'x'.repeat(64),
  'x'.repeat(255),
  'x'.repeat(256),
  'tab\there',
  'line\nhere',
  '11111111-2222-3333-4444-555555555555',
  '111111112222333344445555555555555',
  '10.0.0.1',
  '10.0.0.256',
  'fd00::1',
  'YWJj',
  '***',
  '2026-01-02',
  '2026-13-02',
  [],
  ['a'],
  ['a', 'a'],
  ['11111111-2222-3333-4444-555555555555'],
  Array.from({ length: 51 }, (_, index) => `t${index}`),
  {},
  { a: 'b' },
  { 'bad;key': 'b' },
]

/** Every value that one change makes of this one, by all leaves or some of them. */
export function* variations(value: unknown, leaves: readonly unknown[] = everyLeaf): Generator {
  yield* leaves
  if (Array.isArray(value)) {
    yield []
    yield [...value, ...value]
    for (const [index, each] of value.entries()) {
      for (const varied of variations(each, leaves)) yield value.with(index, varied)
    }
    return
  }
  if (typeof value !== 'object' || value === null) return
  yield { ...value, surprise: 1 }
  for (const [key, each] of Object.entries(value)) {
    const { [key]: _, ...rest } = value as Record<string, unknown>
    yield rest
    for (const varied of variations(each, leaves)) yield { ...value, [key]: varied }
  }
}
