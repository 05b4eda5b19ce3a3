/**
 * The index, kept current.
 *
 * It is built from the database at start. From then on the change feed says which providers changed, and in which respect;
 * what they look like now is read when somebody next asks, for all of them at once. So it does not matter how often or in
 * which order changes are told, and a burst of writes costs one reading.
 *
 * What was committed by this process before `current()` was called is in the answer. What other processes committed may be
 * missing for a moment; a decision made on that fails when it is written, and is made again.
 */
import type { AggregateId, ProviderId } from '../domain/ids.ts'
import type { Inventory } from '../domain/placement/inventory.ts'
import type { Log } from '../lib/log.ts'
import type { News } from '../store/changes.ts'
import * as classes from '../store/placement/classes.ts'
import * as rows from '../store/placement/index-rows.ts'
import type { Respect } from '../store/placement/telling.ts'
import * as traits from '../store/placement/traits.ts'
import type { Reader, Store } from '../store/store.ts'
import { buildIndex } from './index-building.ts'
import { ProviderIndex } from './index/provider-index.ts'

/** The index and the names that exist, used or not. */
export type PlacementView = {
  readonly index: ProviderIndex
  readonly classes: ReadonlySet<string>
  readonly traits: ReadonlySet<string>
}

type Stale = { readonly providers: Map<ProviderId, Set<Respect>>; vocabulary: boolean }

/** When so many providers have changed that nobody asked for, they are read without being asked for. */
const staleMax = 500
/** When more than this share of all providers changed, everything is built afresh. */
const rebuildShare = 1 / 3
const idsAtOnce = 500

export class LiveIndex {
  readonly #store: Store
  readonly #log: Log
  readonly #unsubscribe: readonly (() => void)[]
  #index = new ProviderIndex()
  #classes: ReadonlySet<string> = new Set()
  #traits: ReadonlySet<string> = new Set()
  #stale: Stale = noneStale()
  #refreshing: Promise<void> | null = null

  private constructor(store: Store, log: Log) {
    this.#store = store
    this.#log = log
    this.#unsubscribe = [
      store.subscribe('provider', (changes) => this.#note(changes)),
      store.subscribe('vocabulary', () => {
        this.#stale.vocabulary = true
      }),
    ]
  }

  /** Builds the index and begins to follow. */
  static async open(store: Store, log: Log): Promise<LiveIndex> {
    // Whatever changes while we read is noted, and read again at the first question.
    const live = new LiveIndex(store, log)
    await store.read((reader) => live.#rebuild(reader))
    return live
  }

  /** The index as of now. It changes under the caller's hands: look at it before waiting for anything else. */
  async current(): Promise<PlacementView> {
    await this.#store.settled()
    // A reading that is under way may have begun before the latest change was told; the one after it has not.
    await this.#refreshing
    if (this.#refreshing !== null || isStale(this.#stale)) await this.#catchUpOnce()
    return { index: this.#index, classes: this.#classes, traits: this.#traits }
  }

  /** The index as it is, perhaps a moment old. For guesses that are checked when they are written; never waits. */
  peek(): ProviderIndex {
    if (isStale(this.#stale)) this.#catchUpSoon()
    return this.#index
  }

  close(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe()
  }

  #note(changes: readonly News[]): void {
    for (const { key, data } of changes) {
      // The feed's rows of this topic are written with a provider's id and with what changed.
      const id = key as ProviderId
      const respects = this.#stale.providers.get(id) ?? new Set()
      this.#stale.providers.set(id, respects.add(data['what'] as Respect))
    }
    if (this.#stale.providers.size >= staleMax) this.#catchUpSoon()
  }

  #catchUpSoon(): void {
    if (this.#refreshing !== null) return
    this.#catchUpOnce().catch((thrown: unknown) => {
      // Whoever needs the truth asks for it, and hears of this.
      this.#log.warn('the placement index could not catch up', { cause: String(thrown) })
    })
  }

  async #catchUpOnce(): Promise<void> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = null
    })
    await this.#refreshing
  }

  async #refresh(): Promise<void> {
    const stale = this.#stale
    this.#stale = noneStale()
    try {
      await this.#store.read(async (reader) => {
        if (stale.vocabulary) await this.#readVocabulary(reader)
        const few = this.#index.forest.size * rebuildShare + staleMax
        if (stale.providers.size > few) await this.#rebuild(reader)
        else await this.#catchUp(reader, stale.providers)
      })
    } catch (thrown) {
      // Nothing is forgotten: the next question reads again what this one could not.
      for (const [id, respects] of stale.providers) {
        const since = this.#stale.providers.get(id) ?? []
        this.#stale.providers.set(id, new Set([...respects, ...since]))
      }
      this.#stale.vocabulary ||= stale.vocabulary
      throw thrown
    }
  }

  async #readVocabulary(reader: Reader): Promise<void> {
    const everyTrait = { among: null, prefix: null, associated: null }
    this.#classes = new Set((await classes.all(reader)).map(({ name }) => name))
    this.#traits = new Set((await traits.list(reader, everyTrait)).map(({ name }) => name))
  }

  async #rebuild(reader: Reader): Promise<void> {
    await this.#readVocabulary(reader)
    const index = await buildIndex(reader)
    this.#index = index
    this.#log.debug('placement index built', { providers: index.forest.size })
  }

  async #catchUp(
    reader: Reader,
    stale: ReadonlyMap<ProviderId, ReadonlySet<Respect>>,
  ): Promise<void> {
    const index = this.#index
    const { found, gone } = await growth(reader, index, idsWith(stale, 'tree'))
    const about = (...respects: readonly Respect[]): ProviderId[] =>
      idsWith(stale, 'tree', ...respects).filter((id) => !gone.has(id))
    const dressed = about('traits')
    const gathered = about('aggregates')
    const stocked = about('inventories', 'used')
    const names = await inSlices(dressed, async (ids) => await rows.traits(reader, ids))
    const members = await inSlices(gathered, async (ids) => await rows.aggregates(reader, ids))
    const stocks = await inSlices(stocked, async (ids) => await rows.stocks(reader, ids))
    // From here on nothing waits: nobody sees an index that is half changed.
    plant(index, found)
    dress(index, dressed, names, (id, list) => index.setTraits(id, list))
    dress(index, gathered, members, (id, list) => index.setAggregates(id, list as AggregateId[]))
    stock(index, stocked, stocks)
    fell(index, gone)
  }
}

/** Every provider first, then its place: a parent may be listed after its children. */
function plant(index: ProviderIndex, found: readonly rows.TreeRow[]): void {
  for (const { id } of found) if (!index.has(id)) index.upsertProvider(id, null)
  // First loosen whoever moves, so that two providers can trade places without a circle in between.
  for (const { id, parent } of found)
    if (index.parentOf(id) !== parent) index.upsertProvider(id, null)
  for (const { id, parent } of found) index.upsertProvider(id, parent)
}

function dress(
  index: ProviderIndex,
  scope: readonly ProviderId[],
  found: readonly rows.NamesRow[],
  assign: (id: ProviderId, names: readonly string[]) => void,
): void {
  const split = new Map<string, readonly string[]>()
  const missing = new Set(scope)
  for (const { id, names } of found) {
    missing.delete(id)
    if (!index.has(id)) continue
    const list = split.get(names) ?? names.split(' ')
    split.set(names, list)
    assign(id, list)
  }
  for (const id of missing) if (index.has(id)) assign(id, [])
}

function stock(
  index: ProviderIndex,
  scope: readonly ProviderId[],
  found: readonly rows.StockRow[],
): void {
  const byProvider = Map.groupBy(found, ({ id }) => id)
  for (const id of scope) {
    if (!index.has(id)) continue
    const stocks = byProvider.get(id) ?? []
    index.setInventories(
      id,
      new Map<string, Inventory>(stocks.map((each) => [each.resourceClass, each.inventory])),
    )
    for (const { resourceClass, used } of stocks) index.setUsed(id, resourceClass, used)
  }
}

/** Children go before their parents, in whatever order they are listed. */
function fell(index: ProviderIndex, gone: ReadonlySet<ProviderId>): void {
  const remove = (id: ProviderId): void => {
    for (const child of index.childrenOf(id)) remove(child)
    index.removeProvider(id)
  }
  for (const id of gone) remove(id)
}

/**
 * What became of these providers, and of those that hang together with them: the parent of one may be new to the index, or
 * still below it there, and the children of one that is gone are gone or elsewhere, though nobody has told us yet.
 */
async function growth(
  reader: Reader,
  index: ProviderIndex,
  moved: readonly ProviderId[],
): Promise<{ readonly found: readonly rows.TreeRow[]; readonly gone: ReadonlySet<ProviderId> }> {
  const found = new Map<ProviderId, rows.TreeRow>()
  const gone = new Set<ProviderId>()
  let asked: readonly ProviderId[] = moved
  while (asked.length > 0) {
    for (const row of await inSlices(asked, async (ids) => await rows.trees(reader, ids))) {
      found.set(row.id, row)
    }
    const next = new Set<ProviderId>()
    for (const id of asked) {
      const parent = found.get(id)?.parent ?? null
      if (parent !== null) for (const above of toAsk(index, id, parent)) next.add(above)
      if (found.has(id)) continue
      gone.add(id)
      for (const child of index.childrenOf(id)) next.add(child)
    }
    asked = [...next].filter((id) => !found.has(id) && !gone.has(id))
  }
  return { found: [...found.values()], gone }
}

/** The parent if the index does not know it; all on the way down to it if the index has it below its child. */
function toAsk(index: ProviderIndex, id: ProviderId, parent: ProviderId): readonly ProviderId[] {
  if (!index.has(parent)) return [parent]
  const way: ProviderId[] = []
  for (let at: ProviderId | null = parent; at !== null; at = index.parentOf(at)) {
    if (at === id) return way
    way.push(at)
  }
  return []
}

function idsWith(
  stale: ReadonlyMap<ProviderId, ReadonlySet<Respect>>,
  ...respects: readonly Respect[]
): ProviderId[] {
  return [...stale].flatMap(([id, changed]) =>
    respects.some((respect) => changed.has(respect)) ? [id] : [],
  )
}

async function inSlices<T>(
  ids: readonly ProviderId[],
  read: (slice: readonly ProviderId[]) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const found: T[] = []
  for (let at = 0; at < ids.length; at += idsAtOnce)
    found.push(...(await read(ids.slice(at, at + idsAtOnce))))
  return found
}

function isStale(stale: Stale): boolean {
  return stale.vocabulary || stale.providers.size > 0
}

function noneStale(): Stale {
  return { providers: new Map(), vocabulary: false }
}
