/**
 * Queries that are put together once.
 *
 * Building a query and turning it into SQL costs more than running it, when it finds one row by its key. One that runs in every
 * operation is therefore built at its first use, with places where values will be, and from then on only gets its values.
 * The text depends on nothing but the kind of database and on which values there are.
 */
import type { CompiledQuery, QueryResult } from 'kysely'
import type { DialectName, Reader } from '../store.ts'
import { dialectOf } from './dialect.ts'

/** A query for which only the values are missing. What it returns has the rows, and how many were written. */
export type Prepared<P, R> = (reader: Reader, values: P) => Promise<QueryResult<R>>

type Value = number | string | null
type Values = Readonly<Record<string, Value | readonly Value[]>>

/** Where a value will be, or one of a list. */
class Place {
  readonly name: string
  readonly index: number | null

  constructor(name: string, index: number | null) {
    this.name = name
    this.index = index
  }
}

/** Longer lists are rare, and each length would be a query to keep. */
const keptListMax = 16

/** What the text of a query depends on: the kind of database, which values there are, and how long those are that are lists. */
type Shape = {
  readonly dialect: DialectName
  readonly names: readonly string[]
  /** Null for what is no list. */
  readonly lengths: readonly (number | null)[]
}

/**
 * Prepares a query. What `build` gets in the place of a value can be passed on, and nothing else: the value goes to the database
 * as it is. Values with other keys, or lists of another length, are another query; so a row may leave columns out.
 */
export function prepared<P extends Values, R>(
  build: (reader: Reader, values: P) => { compile(): CompiledQuery<R> },
): Prepared<P, R> {
  const kept: { readonly shape: Shape; readonly query: CompiledQuery<R> }[] = []
  return async (reader, values) => {
    const dialect = dialectOf(reader)
    let query = kept.find(({ shape }) => hasShape(dialect, values, shape))?.query
    if (query === undefined) {
      query = build(reader, placesOf(values)).compile()
      const shape = shapeOf(dialect, values)
      if (shape.lengths.every((length) => length === null || length <= keptListMax))
        kept.push({ shape, query })
    }
    const parameters = query.parameters.map((each) =>
      each instanceof Place ? valueAt(values, each) : each,
    )
    return await reader.executeQuery({ ...query, parameters })
  }
}

/** Rows by column: how a prepared query gets several of them. */
export type Columns<R extends Row> = { readonly [K in keyof R]: readonly R[K][] }
type Row = Readonly<Record<string, Value>>

export function columnsOf<R extends Row>([first, ...others]: readonly [R, ...R[]]): Columns<R> {
  const columns = Object.keys(first).map((name) => [
    name,
    [first[name], ...others.map((row) => row[name])],
  ])
  // Every row has the keys of its type, and so has the first.
  return Object.fromEntries(columns) as Columns<R>
}

export function rowsOf<R extends Row>(columns: Columns<R>): readonly R[] {
  const [longest = []] = Object.values<readonly Value[]>(columns)
  return longest.map((_, i) => {
    const row = Object.entries<readonly Value[]>(columns).map(([name, list]) => [name, list[i]])
    // The same rows, or in a query that is being put together, the places of their values.
    return Object.fromEntries(row) as R
  })
}

function shapeOf(dialect: DialectName, values: Values): Shape {
  const lengths = Object.values(values).map((value) => (isList(value) ? value.length : null))
  return { dialect, names: Object.keys(values), lengths }
}

/** Compares key by key: there are few shapes, and a text to look them up by would take longer to write. */
function hasShape(dialect: DialectName, values: Values, shape: Shape): boolean {
  if (shape.dialect !== dialect) return false
  let at = 0
  for (const name in values) {
    if (shape.names[at] !== name) return false
    const value = values[name]
    if ((isList(value) ? value.length : null) !== shape.lengths[at]) return false
    at += 1
  }
  return at === shape.names.length
}

function placesOf<P extends Values>(values: P): P {
  const places = Object.entries(values).map(([name, value]) => [
    name,
    isList(value) ? value.map((_, index) => new Place(name, index)) : new Place(name, null),
  ])
  // The query builder passes values through to the parameters, where they are found again; nobody looks into them.
  return Object.fromEntries(places) as P
}

function valueAt(values: Values, { name, index }: Place): unknown {
  const value = values[name]
  return index !== null && isList(value) ? value[index] : value
}

function isList(value: Values[string] | undefined): value is readonly Value[] {
  return Array.isArray(value)
}
