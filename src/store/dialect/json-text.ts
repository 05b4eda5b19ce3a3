/** Looking into a column of JSON, which the two databases do each in its own words. */
import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'
import type { Reader } from '../store.ts'
import { dialectOf } from './dialect.ts'

/** The value of a key as text, empty when it has none. The key is ours, never a user's. */
export function jsonText(reader: Reader, column: string, key: string): RawBuilder<string> {
  const of = sql.ref(column)
  return dialectOf(reader) === 'sqlite'
    ? sql<string>`coalesce(cast(json_extract(${of}, ${`$.${key}`}) as text), '')`
    : sql<string>`coalesce(${of}::json ->> ${key}, '')`
}

/** Whether a column is like a text, whose wildcards are quoted by a backslash. SQLite overlooks whether letters are capitals. */
export function isLike(column: string, text: string): RawBuilder<boolean> {
  return sql<boolean>`${sql.ref(column)} like ${text} escape '\\'`
}

/** Whether a text is somewhere in a column. */
export function contains(reader: Reader, column: string, part: string): RawBuilder<boolean> {
  const of = sql.ref(column)
  return dialectOf(reader) === 'sqlite'
    ? sql<boolean>`instr(${of}, ${part}) > 0`
    : sql<boolean>`strpos(${of}, ${part}) > 0`
}
