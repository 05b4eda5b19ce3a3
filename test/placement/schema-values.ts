/**
 * Values for a JSON schema that are right nearly everywhere.
 *
 * What is drawn from nowhere is refused at the first look. To get behind that, a value has to be right but for one or two
 * places: so every part is made as its schema says, and now and then something else stands there.
 */
import * as fc from 'fast-check'
import type { JsonSchema } from '../../src/api/placement/schemas/json-schema.ts'

/** What names and ids are drawn from, so that what is asked for is often there. */
export type Pool = { readonly ids: readonly string[]; readonly names: readonly string[] }

export function valuesOf(schema: JsonSchema, pool: Pool): fc.Arbitrary<unknown> {
  return fc.oneof({ arbitrary: rightOnes(schema, pool), weight: 30 }, { arbitrary: odd, weight: 1 })
}

/** What nobody expects. */
export const odd: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, -1, 0, 1.5, 1e21, 2147483648, Number.MAX_SAFE_INTEGER + 2),
  fc.constantFrom<unknown>('', ' ', '\u0000', '\ud800', '😀', '__proto__', "'; --", '%00', '1'),
  fc.constantFrom<unknown>([], {}, [[]], { a: 1 }, JSON.parse('{"__proto__":{"a":1}}')),
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.constant('x'.repeat(300)),
)

function rightOnes(schema: JsonSchema, pool: Pool): fc.Arbitrary<unknown> {
  if (schema.anyOf !== undefined) {
    return fc.oneof(...schema.anyOf.map((each) => valuesOf(each, pool)))
  }
  const choices = schema['enum']
  if (Array.isArray(choices)) return fc.constantFrom<unknown>(...choices)
  const type = [schema.type ?? 'string'].flat()[0] ?? 'string'
  switch (type) {
    case 'object':
      return objects(schema, pool)
    case 'array':
      return fc.array(valuesOf(schema.items ?? {}, pool), { maxLength: 3 })
    case 'integer':
    case 'number':
      return fc.oneof({ arbitrary: fc.nat({ max: 6 }), weight: 9 }, fc.constant(2147483647))
    case 'null':
      return fc.constant(null)
    default:
      return texts(schema, pool)
  }
}

function objects(schema: JsonSchema, pool: Pool): fc.Arbitrary<unknown> {
  const named = Object.entries(schema.properties ?? {}).map(([name, each]) => {
    const isRequired = schema.required?.includes(name) === true
    return entry(fc.constant(name), valuesOf(each, pool), isRequired ? 2 : 40)
  })
  const patterned = Object.entries(schema.patternProperties ?? {}).flatMap(([pattern, each]) =>
    [2, 60].map((absent) => entry(texts({ pattern }, pool), valuesOf(each, pool), absent)),
  )
  const stranger = entry(fc.string({ maxLength: 4 }), fc.constant(1), 98)
  return fc
    .tuple(...named, ...patterned, stranger)
    .map((entries) => Object.fromEntries(entries.flat()) as unknown)
}

/** One property; absent so many times of a hundred. */
function entry(
  name: fc.Arbitrary<unknown>,
  value: fc.Arbitrary<unknown>,
  absent: number,
): fc.Arbitrary<readonly (readonly [string, unknown])[]> {
  return fc.oneof(
    { arbitrary: fc.constant([]), weight: absent },
    {
      arbitrary: fc.tuple(name, value).map(([key, content]) => [[String(key), content] as const]),
      weight: 100 - absent,
    },
  )
}

function texts({ pattern, format }: JsonSchema, { ids, names }: Pool): fc.Arbitrary<string> {
  const isId = format === 'uuid' || (typeof pattern === 'string' && pattern.includes('{36}'))
  return isId ? fc.constantFrom(...ids) : fc.constantFrom(...names)
}
