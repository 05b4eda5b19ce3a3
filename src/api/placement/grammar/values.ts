/**
 * The values of query parameters: amounts, traits, aggregates, trees.
 *
 * Each has a small grammar of its own that grew over the versions; what a version does not know yet is refused in the words
 * that its clients expect.
 */
import type { AggregateId, ProviderId } from '../../../domain/ids.ts'
import { isUuid } from '../../../lib/ids.ts'
import { problem } from '../../../lib/problem.ts'
import type { Api } from '../route.ts'

/** `VCPU:2,MEMORY_MB:1024` */
export function resourcesIn(value: string): ReadonlyMap<string, number> {
  const form =
    'Badly formed resources parameter. Expected resources query string parameter in form: ?resources=VCPU:2,MEMORY_MB:1024. Got: '
  if (value.trim() === '') throw problem('invalid', `${form}empty string.`)
  return new Map(
    value.split(',').map((pair): [string, number] => {
      const [name, amount, ...rest] = pair.split(':')
      if (name === undefined || amount === undefined || rest.length > 0) {
        throw problem('invalid', `${form}${pair}.`)
      }
      return [name, amountIn(name, amount)]
    }),
  )
}

function amountIn(name: string, text: string): number {
  if (!/^\s*[+-]?\d+(_\d+)*\s*$/.test(text)) {
    throw problem(
      'invalid',
      `Requested resource ${name} expected positive integer amount. Got: ${text}.`,
    )
  }
  const amount = Number(text.replaceAll('_', ''))
  if (amount >= 1) return amount
  throw problem('invalid', `Requested resource ${name} requires amount >= 1. Got: ${amount}.`)
}

export type TraitsWanted = {
  readonly required: readonly (readonly string[])[]
  readonly forbidden: readonly string[]
}

/** All values of one `required` parameter. Before alternatives were known, only the last one counts. */
export function traitsIn(values: readonly string[], api: Api): TraitsWanted {
  const counted = api.has('traitsMayBeAlternatives') ? values : values.slice(-1)
  const each = counted.map((value) => traitsInOne(value, api))
  return {
    required: each.flatMap(({ required }) => required),
    forbidden: [...new Set(each.flatMap(({ forbidden }) => forbidden))],
  }
}

function traitsInOne(value: string, api: Api): TraitsWanted {
  return value.startsWith('in:') ? alternativesIn(value, api) : plainTraitsIn(value, api)
}

/** `in:A,B`: either. */
function alternativesIn(value: string, api: Api): TraitsWanted {
  const form = "The format 'in:HW_CPU_X86_VMX,CUSTOM_MAGIC'"
  if (!api.has('traitsMayBeAlternatives')) {
    throw invalidQuery(`${form} only supported since microversion 1.39. Got: ${value}`)
  }
  const names = [...new Set(listed(value.slice(3)))]
  if (names.includes('')) {
    throw invalidQuery(
      `Expected 'required' parameter value of the form: in:HW_CPU_X86_VMX,CUSTOM_MAGIC. Got an empty trait in: ${value}`,
    )
  }
  if (names.some((name) => name.startsWith('!'))) {
    throw invalidQuery(`${form} does not support forbidden traits. Got: ${value}`)
  }
  return { required: [names], forbidden: [] }
}

/** `A,!B`: this one, and not that one. */
export function plainTraitsIn(value: string, api: Api): TraitsWanted {
  const names = listed(value)
  const mayForbid = api.has('traitsMayBeForbidden')
  const forbidden = names
    .filter((name) => name.startsWith('!'))
    .map((name) => name.replace(/^!+/, ''))
  if (names.includes('') || forbidden.includes('')) {
    const form = mayForbid ? 'HW_CPU_X86_VMX,!CUSTOM_MAGIC' : 'HW_CPU_X86_VMX,CUSTOM_MAGIC'
    throw invalidQuery(
      `Expected 'required' parameter value of the form: ${form}. Got an empty trait in: ${value}`,
    )
  }
  if (forbidden.length > 0 && !mayForbid) {
    throw invalidQuery(
      `Expected 'required' parameter value of the form: HW_CPU_X86_VMX,CUSTOM_MAGIC. Got: ${value}`,
    )
  }
  return {
    required: names.filter((name) => !name.startsWith('!')).map((name) => [name]),
    forbidden,
  }
}

export type MembershipWanted = {
  readonly memberOf: readonly (readonly AggregateId[])[]
  readonly forbiddenAggregates: readonly AggregateId[]
}

/** All values of one `member_of` parameter: `A`, `in:A,B`, `!A`, `!in:A,B`. */
export function membershipIn(
  values: readonly string[],
  suffix: string,
  api: Api,
): MembershipWanted {
  if (values.length > 1 && !api.has('membershipMayBeRepeated')) {
    throw problem('invalid', `Multiple member_of${suffix} parameters are not supported`)
  }
  const memberOf: (readonly AggregateId[])[] = []
  const forbiddenAggregates: AggregateId[] = []
  for (const value of values) {
    const [, not, several, list = ''] = /^(!?)(in:)?(.*)$/s.exec(value) ?? []
    if (several === undefined && value.includes(',')) {
      throw problem(
        'invalid',
        `Multiple values for 'member_of' must be prefixed with the 'in:' or '!in:' keyword using the valid microversion. Got: ${value}`,
      )
    }
    const ids = (several === undefined ? [list] : list.split(',')).map(aggregateIn)
    if (not === '') memberOf.push(ids)
    else if (api.has('membershipMayBeForbidden')) forbiddenAggregates.push(...ids)
    else {
      const what = `Forbidden member_of${suffix} parameters`
      throw problem('invalid', `${what} are not supported in the specified microversion`)
    }
  }
  return { memberOf, forbiddenAggregates }
}

function aggregateIn(text: string): AggregateId {
  // Compared as text with what was stored, as clients spelled it.
  if (isUuid(text)) return text as AggregateId
  throw invalidQuery(`Expected 'member_of' parameter to contain valid UUID(s). Got: ${text}`)
}

export function treeIn(value: string): ProviderId {
  const text = value.trim()
  // Compared as text with what was stored.
  if (isUuid(text)) return text as ProviderId
  throw invalidQuery(`Expected 'in_tree' parameter to be a format of uuid. Got: ${value}`)
}

export function invalidQuery(why: string): Error {
  return problem('invalid', `Invalid query string parameters: ${why}`)
}

function listed(text: string): readonly string[] {
  return text.split(',').map((part) => part.trim())
}
