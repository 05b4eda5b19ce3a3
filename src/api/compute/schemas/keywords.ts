/** The two keywords of our own: numbers and booleans that may come as text, and leave as what was meant. */
import type { FuncKeywordDefinition, SchemaValidateFunction } from 'ajv'

const yes: readonly unknown[] = [
  true,
  'True',
  'TRUE',
  'true',
  '1',
  'ON',
  'On',
  'on',
  'YES',
  'Yes',
  'yes',
]
const no: readonly unknown[] = [
  false,
  'False',
  'FALSE',
  'false',
  '0',
  'OFF',
  'Off',
  'off',
  'NO',
  'No',
  'no',
]

type Bounds = { readonly minimum?: number; readonly maximum?: number; readonly nullable?: boolean }

type Wrong = { readonly keyword: string; readonly params: Readonly<Record<string, unknown>> }

/** `flag: true`: a boolean, also as text. `flag: "auto"`: that word as well. */
export const flagKeyword: FuncKeywordDefinition = {
  keyword: 'flag',
  modifying: true,
  errors: true,
  validate: judging<boolean | string>((also, value, become) => {
    if (typeof value !== 'boolean' && typeof value !== 'string') {
      return { keyword: 'type', params: { type: ['boolean', 'string'] } }
    }
    const words = typeof also === 'string' ? [also] : []
    if (words.includes(String(value))) return null
    if (yes.includes(value)) become(true)
    else if (no.includes(value)) become(false)
    else return { keyword: 'enum', params: { allowedValues: [...yes, ...no, ...words] } }
    return null
  }),
}

/** `whole: {minimum, maximum}`: a whole number, also as text. */
export const wholeKeyword: FuncKeywordDefinition = {
  keyword: 'whole',
  modifying: true,
  errors: true,
  validate: judging<Bounds>(({ minimum, maximum, nullable }, value, become) => {
    if (value === null && nullable === true) return null
    const types = nullable === true ? ['integer', 'string', 'null'] : ['integer', 'string']
    if (typeof value !== 'string' && !Number.isInteger(value)) {
      return { keyword: 'type', params: { type: types } }
    }
    const pattern = minimum === undefined || minimum < 0 ? '^-?[0-9]+$' : '^[0-9]+$'
    if (typeof value === 'string' && !new RegExp(pattern).test(value)) {
      return { keyword: 'pattern', params: { pattern } }
    }
    const number = Number(value)
    if (minimum !== undefined && number < minimum) {
      return { keyword: 'minimum', params: { limit: minimum } }
    }
    if (maximum !== undefined && number > maximum) {
      return { keyword: 'maximum', params: { limit: maximum } }
    }
    become(number)
    return null
  }),
}

/** Wraps a judgement into what Ajv wants of a keyword: a function that leaves its errors on itself. */
function judging<P>(
  judge: (param: P, value: unknown, become: (meant: unknown) => void) => Wrong | null,
): SchemaValidateFunction {
  const validate: SchemaValidateFunction = (param: P, value: unknown, _schema, place) => {
    const wrong = judge(param, value, (meant) => {
      // A value at the very top has no holder; no schema of ours is a bare number or boolean.
      if (place !== undefined) place.parentData[place.parentDataProperty] = meant
    })
    if (wrong === null) return true
    validate.errors = [{ ...wrong, data: value }]
    return false
  }
  return validate
}
