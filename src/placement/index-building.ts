/**
 * The index, built from everything that there is.
 *
 * Rows are read page by page and go straight into the columns of the index: a fleet of a hundred thousand providers would
 * otherwise be made of a million objects first, and to make and collect those takes longer than to read the rows.
 */
import type { AggregateId } from '../domain/ids.ts'
import * as pages from '../store/placement/index-pages.ts'
import type { Spellings } from '../store/placement/index-pages.ts'
import type { Reader } from '../store/store.ts'
import { ProviderIndex } from './index/provider-index.ts'

/** So many that a page is garbage before the next one is read, and few enough for many of them to be worth a statement. */
const providersAtOnce = 1000

export async function buildIndex(reader: Reader): Promise<ProviderIndex> {
  const index = new ProviderIndex()
  const spellings = await pages.spellings(reader)
  const slots = new Map<number, number>()
  const below: { readonly slot: number; readonly parent: number }[] = []
  const dress = dresser(slots, spellings.traits, {
    assign: (slot, names) => index.setTraitsAt(slot, names),
    copy: (slot, from) => index.copyTraits(slot, from),
  })
  const gather = dresser(slots, spellings.aggregates, {
    // Aggregates are stored under such ids.
    assign: (slot, ids) => index.setAggregatesAt(slot, ids as AggregateId[]),
    copy: (slot, from) => index.copyAggregates(slot, from),
  })
  for (let after = 0; ;) {
    const found = await pages.providersAfter(reader, after, providersAtOnce)
    const last = found.at(-1)?.number
    if (last === undefined) break
    for (const { number, id, parent } of found) {
      const slot = index.add(id, null)
      slots.set(number, slot)
      if (parent !== null) below.push({ slot, parent })
    }
    const range = { after, last }
    stock(index, slots, spellings, await pages.inventoriesWithin(reader, range))
    dress(await pages.traitsWithin(reader, range))
    gather(await pages.aggregatesWithin(reader, range))
    after = last
  }
  // Only now, because a parent may have come after its child.
  for (const { slot, parent } of below) index.move(slot, slots.get(parent) ?? null)
  return index
}

/** What was written after its provider was read is left out here: whoever follows the changes reads it again. */
function stock(
  index: ProviderIndex,
  slots: ReadonlyMap<number, number>,
  { classes }: Spellings,
  rows: readonly pages.InventoryRow[],
): void {
  for (const row of rows) {
    const slot = slots.get(row.provider)
    const name = classes.get(row.class)
    if (slot === undefined || name === undefined) continue
    const inventory = {
      total: row.total,
      reserved: row.reserved,
      minUnit: row.min_unit,
      maxUnit: row.max_unit,
      stepSize: row.step_size,
      allocationRatio: row.ratio,
    }
    index.putStock(slot, name, inventory, row.used)
  }
}

type Dressing = {
  readonly assign: (slot: number, names: readonly string[]) => void
  readonly copy: (slot: number, from: number) => void
}

/** Spells out a text when it is met for the first time; whoever has the same gets what the first one got. */
function dresser(
  slots: ReadonlyMap<number, number>,
  spellings: ReadonlyMap<number, string>,
  { assign, copy }: Dressing,
): (rows: readonly pages.ItemsRow[]) => void {
  const firsts = new Map<string, number>()
  return (rows) => {
    for (const { provider, items } of rows) {
      const slot = slots.get(provider)
      if (slot === undefined) continue
      const first = firsts.get(items)
      if (first !== undefined) copy(slot, first)
      else {
        firsts.set(items, slot)
        assign(
          slot,
          items.split(' ').flatMap((number) => spellings.get(Number(number)) ?? []),
        )
      }
    }
  }
}
