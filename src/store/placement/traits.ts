/** Traits, and which provider has which. */
import { standardTraits } from '../../domain/placement/standard-traits.ts'
import type { Provider } from '../../domain/placement/provider.ts'
import type { Instant } from '../../lib/clock.ts'
import { problem } from '../../lib/problem.ts'
import { tellIndex, tellVocabulary } from './telling.ts'
import type { Reader, Tx } from '../store.ts'

export type Trait = {
  readonly number: number
  readonly name: string
  readonly createdAt: Instant
}

export type TraitFilter = {
  readonly among: readonly string[] | null
  readonly prefix: string | null
  /** Only those that some provider has, or only those that none has. */
  readonly associated: boolean | null
}

export async function list(reader: Reader, filter: TraitFilter): Promise<readonly Trait[]> {
  const rows = await reader.selectFrom('traits').selectAll().orderBy('number').execute()
  const associated = filter.associated === null ? null : await associatedNumbers(reader)
  return rows
    .filter(
      ({ number, name }) =>
        (filter.among === null || filter.among.includes(name)) &&
        (filter.prefix === null || name.startsWith(filter.prefix)) &&
        (associated === null || associated.has(number) === filter.associated),
    )
    .map(toTrait)
}

export async function find(reader: Reader, name: string): Promise<Trait | null> {
  const row = await reader
    .selectFrom('traits')
    .selectAll()
    .where('name', '=', name)
    .executeTakeFirst()
  return row === undefined ? null : toTrait(row)
}

/** @throws `not-found` */
export async function get(reader: Reader, name: string): Promise<Trait> {
  const found = await find(reader, name)
  if (found !== null) return found
  throw problem('not-found', `No such trait(s): ${name}.`, { trait: name })
}

/** Makes it, unless it is there. */
export async function ensure(
  tx: Tx,
  name: string,
  now: Instant,
): Promise<{ readonly trait: Trait; readonly made: boolean }> {
  const row = await tx
    .insertInto('traits')
    .values({ name, created_at: now, updated_at: now })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .returningAll()
    .executeTakeFirst()
  if (row === undefined) return { trait: await get(tx, name), made: false }
  await tellVocabulary(tx, name, now)
  return { trait: toTrait(row), made: true }
}

export async function isUsed(reader: Reader, trait: Trait): Promise<boolean> {
  const row = await reader
    .selectFrom('provider_traits')
    .select('provider')
    .where('trait', '=', trait.number)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

export async function remove(tx: Tx, trait: Trait, now: Instant): Promise<void> {
  await tx.deleteFrom('traits').where('number', '=', trait.number).execute()
  await tellVocabulary(tx, trait.name, now)
}

/** Adds the standard traits that are missing. */
export async function addStandard(tx: Tx, now: Instant): Promise<void> {
  const rows = await tx.selectFrom('traits').select('name').execute()
  const known = new Set(rows.map(({ name }) => name))
  const missing = standardTraits.filter((name) => !known.has(name))
  if (missing.length === 0) return
  await tx
    .insertInto('traits')
    .values(missing.map((name) => ({ name, created_at: now, updated_at: now })))
    .execute()
  await tellVocabulary(tx, 'standard traits', now)
}

export async function ofProvider(reader: Reader, provider: Provider): Promise<readonly Trait[]> {
  const rows = await reader
    .selectFrom('provider_traits')
    .innerJoin('traits', 'traits.number', 'provider_traits.trait')
    .selectAll('traits')
    .where('provider', '=', provider.number)
    .orderBy('traits.number')
    .execute()
  return rows.map(toTrait)
}

/** Gives the provider these traits instead of those it has. @returns whether that changed anything. */
export async function assign(
  tx: Tx,
  provider: Provider,
  traits: readonly Trait[],
  now: Instant,
): Promise<boolean> {
  const before = new Set((await ofProvider(tx, provider)).map(({ number }) => number))
  const after = new Set(traits.map(({ number }) => number))
  const gone = [...before].filter((number) => !after.has(number))
  const added = [...after].filter((number) => !before.has(number))
  if (gone.length === 0 && added.length === 0) return false
  if (gone.length > 0) {
    await tx
      .deleteFrom('provider_traits')
      .where('provider', '=', provider.number)
      .where('trait', 'in', gone)
      .execute()
  }
  if (added.length > 0) {
    await tx
      .insertInto('provider_traits')
      .values(added.map((trait) => ({ provider: provider.number, trait })))
      .execute()
  }
  await tellIndex(tx, [provider.id], 'traits', now)
  return true
}

async function associatedNumbers(reader: Reader): Promise<ReadonlySet<number>> {
  const rows = await reader.selectFrom('provider_traits').select('trait').distinct().execute()
  return new Set(rows.map(({ trait }) => trait))
}

function toTrait(row: { number: number; name: string; created_at: number }): Trait {
  return { number: row.number, name: row.name, createdAt: row.created_at }
}
