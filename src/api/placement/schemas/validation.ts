/**
 * Judging values by their schemas, and saying what is wrong in the sentences that clients know.
 *
 * Of several errors the one nearest to the top is told, and of those at one place the one whose keyword the schema names
 * first.
 */
import { Ajv } from 'ajv'
import type { ErrorObject, ValidateFunction } from 'ajv'
import { isUuid } from '../../../lib/ids.ts'
import { quoted } from './quoted.ts'
import type { JsonSchema } from './json-schema.ts'

/** Judges: null when all is well, else what is wrong. */
export type Judge = (schema: JsonSchema, value: unknown) => string | null

export function openJudge(): Judge {
  const ajv = new Ajv({
    strict: false,
    verbose: true,
    allErrors: true,
    // Patterns are as clients see them quoted, and those are not all legal under the u flag.
    unicodeRegExp: false,
    formats: { uuid: isUuid },
    logger: false,
  })
  const compiled = new WeakMap<JsonSchema, ValidateFunction>()
  return (schema, value) => {
    const known = compiled.get(schema)
    const validate = known ?? ajv.compile(schema)
    if (known === undefined) compiled.set(schema, validate)
    if (validate(value)) return null
    const errors = validate.errors ?? []
    const [first] = errors.toSorted((a, b) => depthOf(a) - depthOf(b) || rankOf(a) - rankOf(b))
    return first === undefined ? 'is not valid' : sentenceOf(first, errors)
  }
}

function depthOf({ instancePath, keyword }: ErrorObject): number {
  // That none of several forms fits says less than why one of them does not.
  return instancePath.split('/').length + (keyword === 'anyOf' ? 0.5 : 0)
}

function rankOf({ keyword, parentSchema }: ErrorObject): number {
  return Object.keys(parentSchema ?? {}).indexOf(keyword)
}

function sentenceOf(error: ErrorObject, all: readonly ErrorObject[]): string {
  const place = error.schemaPath
    .split('/')
    .slice(1, -1)
    .map((step) => decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((step) => `[${/^\d+$/.test(step) ? step : `'${step}'`}]`)
    .join('')
  return `${complaint(error, all)}  Failed validating '${error.keyword}' in schema${place}`
}

function complaint(error: ErrorObject, all: readonly ErrorObject[]): string {
  const { keyword, params } = error
  const value = quoted(error.data)
  switch (keyword) {
    case 'type':
      return `${value} is not of type ${[params['type']].flat().map(quoted).join(', ')}`
    case 'required':
      return `${quoted(params['missingProperty'])} is a required property`
    case 'additionalProperties':
      return unexpected(error, all)
    case 'enum':
      return `${value} is not one of ${quoted(params['allowedValues'])}`
    case 'minLength':
    case 'minItems':
      return `${value} is too short`
    case 'maxLength':
      return `${value} is too long`
    case 'minimum':
      return `${value} is less than the minimum of ${params['limit']}`
    case 'maximum':
      return `${value} is greater than the maximum of ${params['limit']}`
    case 'pattern':
      return `${value} does not match ${quoted(params['pattern'])}`
    case 'format':
      return `${value} is not a ${quoted(params['format'])}`
    case 'uniqueItems':
      return `${value} has non-unique elements`
    case 'minProperties':
      return `${value} does not have enough properties`
    default:
      return `${value} is not valid under any of the given schemas`
  }
}

/** All strangers at one place are named together. */
function unexpected(error: ErrorObject, all: readonly ErrorObject[]): string {
  const strangers = all
    .filter((each) => each.keyword === error.keyword && each.instancePath === error.instancePath)
    .map((each) => quoted(each.params['additionalProperty']))
  const names = strangers.slice(0, 10).join(', ')
  // Ajv is asked to hand over the schema around the keyword.
  const around: JsonSchema | undefined = error.parentSchema
  const patterns = Object.keys(around?.patternProperties ?? {}).toSorted()
  const one = strangers.length === 1
  return patterns.length === 0
    ? `Additional properties are not allowed (${names} ${one ? 'was' : 'were'} unexpected)`
    : `${names} ${one ? 'does' : 'do'} not match any of the regexes: ${patterns.map(quoted).join(', ')}`
}
