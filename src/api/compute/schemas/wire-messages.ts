/** What is wrong with a value, in the sentences that clients of this API know. */
import type { ErrorObject } from 'ajv'
import { nameRules } from './formats.ts'
import { repr, str } from './python.ts'

/** The sentence for the first thing that is wrong with a body or a query. */
export function sentenceOf(errors: readonly ErrorObject[], where: 'body' | 'query'): string {
  // When no form of several fits, the errors of each come first and the verdict last.
  const error = errors.at(-1)
  if (error === undefined) return 'Malformed request body'
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map((each) => each.replaceAll('~1', '/').replaceAll('~0', '~'))
  const rule = error.keyword === 'format' ? nameRules[String(error.params['format'])] : undefined
  const message =
    rule === undefined
      ? complaint(error)
      : `An invalid 'name' value was provided. The name must be: ${rule}`
  const name = where === 'body' ? path.at(-1) : path[0]
  if (name === undefined) return message
  const field = where === 'body' ? 'field/attribute' : 'query parameters'
  return `Invalid input for ${field} ${name}. Value: ${str(error.data)}. ${message}`
}

function complaint(error: ErrorObject): string {
  const { params } = error
  const value = repr(error.data)
  switch (error.keyword) {
    case 'type':
      return `${value} is not of type ${[params['type']].flat().map(repr).join(', ')}`
    case 'required':
      return `${repr(params['missingProperty'])} is a required property`
    case 'additionalProperties':
      return unexpected(error)
    case 'enum':
      return `${value} is not one of ${repr(params['allowedValues'])}`
    case 'const':
      return `${repr(params['allowedValue'])} was expected`
    case 'minLength':
    case 'minItems':
      return `${value} is too short`
    case 'maxLength':
    case 'maxItems':
      return `${value} is too long`
    case 'minimum':
      return `${value} is less than the minimum of ${params['limit']}`
    case 'maximum':
      return `${value} is greater than the maximum of ${params['limit']}`
    case 'exclusiveMinimum':
      return `${value} is less than or equal to the minimum of ${params['limit']}`
    case 'pattern':
      return `${value} does not match ${repr(params['pattern'])}`
    case 'format':
      return `${value} is not a ${repr(params['format'])}`
    case 'uniqueItems':
      return `${value} has non-unique elements`
    case 'minProperties':
      return `${value} does not have enough properties`
    case 'maxProperties':
      return `${value} has too many properties`
    default:
      return `${value} is not valid under any of the given schemas`
  }
}

function unexpected(error: ErrorObject): string {
  const key = repr(error.params['additionalProperty'])
  // Ajv is asked to hand over the schema around the keyword.
  const patterns = Object.keys(
    (error.parentSchema as { patternProperties?: object } | undefined)?.patternProperties ?? {},
  )
  return patterns.length === 0
    ? `Additional properties are not allowed (${key} was unexpected)`
    : `${key} does not match any of the regexes: ${patterns.map(repr).join(', ')}`
}
