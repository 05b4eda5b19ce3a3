/**
 * Queries that are put together once.
 *
 * Building a query and turning it into SQL costs more than running it, when it finds one row by its key. One that runs in every
 * operation is therefore built at its first use, with places where values will be, and from then on only gets its values.
 * The text depends on nothing but the kind of database and on which values there are.
 */
import type { CompiledQuery, QueryResult } from 'kysely'
import type { Reader } from '../store.ts'
import { dialectOf } from './dialect.ts'

/** A query for which only the values are missing. What it returns has the rows, and how many were written. */
export type Prepared<P, R> = (reader: Reader, values: P) => Promise<QueryResult<R>>

type Values = Readonly<Record<string, number | string | null>>

/** The place of a value. */
class Place {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }
}

/**
 * Prepares a query. What `build` gets in the place of a value can be passed on, and nothing else: the value goes to the database
 * as it is. Values with other keys are another query, so a row may leave columns out. A list of values would need a query of its
 * own for each length, so there are none here.
 */
export function prepared<P extends Values, R>(
  build: (reader: Reader, values: P) => { compile(): CompiledQuery<R> },
): Prepared<P, R> {
  const compiled = new Map<string, CompiledQuery<R>>()
  return async (reader, values) => {
    const shape = `${dialectOf(reader)} ${Object.keys(values).join(' ')}`
    let query = compiled.get(shape)
    if (query === undefined) {
      query = build(reader, placesOf(values)).compile()
      compiled.set(shape, query)
    }
    const parameters = query.parameters.map((each) =>
      each instanceof Place ? values[each.name] : each,
    )
    return await reader.executeQuery({ ...query, parameters })
  }
}

function placesOf<P extends Values>(values: P): P {
  const places = Object.keys(values).map((name) => [name, new Place(name)])
  // The query builder passes values through to the parameters, where they are found again; nobody looks into them.
  return Object.fromEntries(places) as P
}
