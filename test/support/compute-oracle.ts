/**
 * Nova's schemas as a witness of every exchange of every test: what is answered must be what Nova's schema says at that version,
 * and what is taken must be what Nova would take. Where the schemas are not beside the project, nothing is judged.
 */
import assert from 'node:assert/strict'
import { changes } from '../../src/api/compute/changes.ts'
import { openHistory } from '../../src/api/compute/history.ts'
import { openMap } from '../../src/api/compute/map.ts'
import { describeRoute } from '../../src/api/compute/route.ts'
import type { Route } from '../../src/api/compute/route.ts'
import { routes } from '../../src/api/compute/routes.ts'
import type { JsonSchema } from '../../src/api/compute/schemas/json-schema.ts'
import { openNotes } from '../stories/notes.ts'
import type { Note } from '../stories/notes.ts'
import type { Caller } from './callers.ts'
import { bandAt, missing, objections, operations } from '../oracle/nova-schemas.ts'

export type Exchange = {
  readonly as: Caller
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  /** The minor version at which it was asked. */
  readonly at: number
  readonly body: unknown
  readonly status: number
  readonly answer: unknown
}

/** Its notes are for whoever wants to know what has been told. */
export type Witness = {
  judge(exchange: Exchange): void
  notes(): readonly Note[]
}

export function openWitness(): Witness {
  const theirs = new Map(operations().map((each) => [keyOf(each), each]))
  const map = openMap(routes)
  const { newest } = openHistory(changes)
  const notes = openNotes()
  const routeOf = ({ method, path, body }: Exchange): Route | null => {
    const { plain, actions } = map.find(method, path)?.resource ?? { plain: null, actions: null }
    if (actions === null) return plain
    const [key = ''] = typeof body === 'object' && body !== null ? Object.keys(body) : []
    return actions.get(key) ?? null
  }
  return {
    notes: notes.all,
    judge: (exchange) => {
      const route = routeOf(exchange)
      if (route === null) return
      const key = describeRoute(route)
      const { as, status } = exchange
      notes.take({ route: key, as, status, at: Math.min(exchange.at, newest) })
      if (status >= 300) return
      const operation = theirs.get(key)
      if (missing !== false || operation === undefined || operation.removed) return
      const at = Math.min(exchange.at, newest)
      const complain = (
        what: string,
        schema: JsonSchema | null | undefined,
        value: unknown,
      ): void => {
        if (schema === null || schema === undefined) return
        const against = objections(schema, value)
        assert(against === '', `${key} at 2.${at}: ${what} ${JSON.stringify(value)}: ${against}`)
      }
      const taken = bandAt(operation.request_body, at)
      complain('we took', taken?.schema, exchange.body ?? null)
      complain(
        'we took the query',
        bandAt(operation.request_query, at)?.schema,
        listsOf(exchange.query),
      )
      // Views may share what they were made from; on the wire it is text.
      const answer: unknown =
        exchange.answer === undefined ? null : JSON.parse(JSON.stringify(exchange.answer))
      complain('we answered', bandAt(operation.response_body, at)?.schema, answer)
    },
  }
}

function listsOf(query: URLSearchParams): Readonly<Record<string, readonly string[]>> {
  const names = new Set(query.keys())
  return Object.fromEntries([...names].map((name) => [name, query.getAll(name)]))
}

function keyOf({
  method,
  route,
  action,
}: {
  readonly method: string
  readonly route: string
  readonly action: string | null
}): string {
  return `${method} ${route}${action === null ? '' : ` ${action}`}`
}
