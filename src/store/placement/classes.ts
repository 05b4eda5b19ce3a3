/** Resource classes. The standard ones have the numbers of their order, custom ones begin far behind. */
import { standardResourceClasses } from '../../domain/placement/standard-resource-classes.ts'
import type { Instant } from '../../lib/clock.ts'
import { problem } from '../../lib/problem.ts'
import { tellVocabulary } from './telling.ts'
import { prepared } from '../dialect/prepared.ts'
import type { Reader, Tx } from '../store.ts'

export type ResourceClass = {
  readonly number: number
  readonly name: string
  readonly createdAt: Instant
  readonly updatedAt: Instant
}

const firstCustomNumber = 10_000

export async function all(reader: Reader): Promise<readonly ResourceClass[]> {
  const rows = await reader.selectFrom('resource_classes').selectAll().orderBy('number').execute()
  return rows.map(toResourceClass)
}

export async function find(reader: Reader, name: string): Promise<ResourceClass | null> {
  const row = await reader
    .selectFrom('resource_classes')
    .selectAll()
    .where('name', '=', name)
    .executeTakeFirst()
  return row === undefined ? null : toResourceClass(row)
}

/** @throws `not-found` */
export async function get(reader: Reader, name: string): Promise<ResourceClass> {
  const found = await find(reader, name)
  if (found !== null) return found
  throw problem('not-found', `No such resource class ${name}.`, { resourceClass: name })
}

/** The numbers of all these. @throws `not-found` naming the first that does not exist. */
export async function numbersOf(
  reader: Reader,
  names: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (names.length === 0) return new Map()
  const { rows } = await selectNumbers(reader, { names: [...new Set(names)] })
  const numbers = new Map(rows.map(({ name, number }) => [name, number]))
  const missing = names.find((name) => !numbers.has(name))
  if (missing === undefined) return numbers
  throw problem('not-found', `No such resource class ${missing}.`, { resourceClass: missing })
}

const selectNumbers = prepared((db, by: { names: readonly string[] }) =>
  db.selectFrom('resource_classes').select(['number', 'name']).where('name', 'in', by.names),
)

/** Makes it, unless it is there. @returns whether it was made. */
export async function ensure(tx: Tx, name: string, now: Instant): Promise<boolean> {
  const highest = await tx
    .selectFrom('resource_classes')
    .select((e) => e.fn.max('number').as('number'))
    .executeTakeFirst()
  const made = await tx
    .insertInto('resource_classes')
    .values({
      number: Math.max(firstCustomNumber, (highest?.number ?? 0) + 1),
      name,
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .returning('number')
    .executeTakeFirst()
  if (made === undefined) return false
  await tellVocabulary(tx, name, now)
  return true
}

export async function rename(
  tx: Tx,
  resourceClass: ResourceClass,
  name: string,
  now: Instant,
): Promise<void> {
  await tx
    .updateTable('resource_classes')
    .set({ name, updated_at: now })
    .where('number', '=', resourceClass.number)
    .execute()
  await tellVocabulary(tx, name, now)
}

/** Whether some provider has it. */
export async function isUsed(reader: Reader, resourceClass: ResourceClass): Promise<boolean> {
  const row = await reader
    .selectFrom('inventories')
    .select('provider')
    .where('class', '=', resourceClass.number)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

export async function remove(tx: Tx, resourceClass: ResourceClass, now: Instant): Promise<void> {
  await tx.deleteFrom('resource_classes').where('number', '=', resourceClass.number).execute()
  await tellVocabulary(tx, resourceClass.name, now)
}

/** Adds the standard classes that are missing. */
export async function addStandard(tx: Tx, now: Instant): Promise<void> {
  const known = new Set((await all(tx)).map(({ name }) => name))
  const missing = standardResourceClasses.flatMap((name, number) =>
    known.has(name) ? [] : [{ number, name, created_at: now, updated_at: now }],
  )
  if (missing.length === 0) return
  await tx.insertInto('resource_classes').values(missing).execute()
  await tellVocabulary(tx, 'standard resource classes', now)
}

function toResourceClass(row: {
  number: number
  name: string
  created_at: number
  updated_at: number
}): ResourceClass {
  return {
    number: row.number,
    name: row.name,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
