/** The query of a request, of which every parameter must be known. */
import { problem } from '../../lib/problem.ts'
import type { HttpRequest } from '../http/service.ts'

export type Query = {
  /** The value, or null. @throws `invalid` when there are several. */
  one(name: string): string | null
  all(name: string): readonly string[]
  /** A whole number from 0, or null. @throws `invalid` for anything else. */
  amount(name: string): number | null
}

export function queryOf({ query }: HttpRequest, known: readonly string[]): Query {
  const strange = [...query.keys()].find((name) => !known.includes(name))
  if (strange !== undefined) {
    const choice = known.length === 0 ? 'there are none' : `known are ${known.join(', ')}`
    throw problem('invalid', `Unknown query parameter "${strange.slice(0, 64)}": ${choice}`)
  }
  const one = (name: string): string | null => {
    const values = query.getAll(name)
    if (values.length > 1) throw problem('invalid', `Query parameter ${name} may be given once`)
    return values[0] ?? null
  }
  return {
    one,
    all: (name) => query.getAll(name),
    amount: (name) => {
      const text = one(name)
      return text === null ? null : amountIn(name, text)
    },
  }
}

/** @throws `invalid` */
export function amountIn(name: string, text: string): number {
  const amount = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(amount)) return amount
  throw problem(
    'invalid',
    `Query parameter ${name} takes a whole number, not "${text.slice(0, 64)}"`,
  )
}
