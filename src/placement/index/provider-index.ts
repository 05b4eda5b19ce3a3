/**
 * Everything that candidates are computed from, in memory.
 *
 * It is a cache of the database: rebuilt at start, kept current after each commit. Every write costs what it touches. All
 * reading is done by the functions beside it, on slots and numbers; ids and names appear only at the edges.
 */
import type { AggregateId, ProviderId } from '../../domain/ids.ts'
import type { Inventory } from '../../domain/placement/inventory.ts'
import type { ProviderFacts } from '../../domain/placement/candidate.ts'
import { compareTraits, sharingTrait } from '../../domain/placement/names.ts'
import { problem } from '../../lib/problem.ts'
import { IntColumn } from './columns.ts'
import { factsOf } from './facts.ts'
import { Forest, none } from './forest.ts'
import { Names } from './names.ts'
import { ProviderSets, holds } from './provider-sets.ts'
import { Stocks } from './stocks.ts'

export class ProviderIndex {
  readonly classes = new Names()
  readonly traits = new Names()
  readonly aggregates = new Names()
  readonly forest = new Forest()
  readonly stocks = new Stocks()
  readonly traitSets = new ProviderSets()
  readonly aggregateSets = new ProviderSets()
  /** The providers that lend what they have to trees they share an aggregate with. */
  readonly sharing = new Set<number>()
  /** The names of sets that were asked for, in order. A set that is forgotten takes them along. */
  readonly #traitNames = new WeakMap<Int32Array, readonly string[]>()
  /** What the numbers of its answers stand for; always the same object. */
  readonly facts: ProviderFacts = factsOf(this)
  readonly #versions = new IntColumn(0)
  #changes = 0
  readonly #sharingTrait = this.traits.intern(sharingTrait)

  has(id: ProviderId): boolean {
    return this.forest.find(id) !== none
  }

  /** Those directly below; none of a provider that is not there. */
  childrenOf(id: ProviderId): ProviderId[] {
    const slot = this.forest.find(id)
    // The index holds only what was given to it as a provider's id.
    return this.forest.childrenOf(slot).map((child) => this.forest.idOf(child) as ProviderId)
  }

  parentOf(id: ProviderId): ProviderId | null {
    const parent = this.forest.parentOf(this.#slotOf(id))
    // The index holds only what was given to it as a provider's id.
    return parent === none ? null : (this.forest.idOf(parent) as ProviderId)
  }

  /** Adds the provider, or moves it with everything below it under another parent. */
  upsertProvider(id: ProviderId, parent: ProviderId | null): void {
    const under = parent === null ? null : this.#slotOf(parent)
    const slot = this.forest.find(id)
    if (slot === none) this.add(id, under)
    else this.move(slot, under)
  }

  /** Adds a provider that is not there yet. */
  add(id: ProviderId, parent: number | null): number {
    const slot = this.forest.add(id, parent ?? none)
    this.#changed(slot)
    return slot
  }

  move(slot: number, parent: number | null): void {
    this.forest.move(slot, parent ?? none)
    const { forest } = this
    for (let at = slot; at !== none; at = forest.following(at, slot)) this.#changed(at)
  }

  /** Removes a provider that has no children. One that is not there is gone already. */
  removeProvider(id: ProviderId): void {
    const slot = this.forest.find(id)
    if (slot === none) return
    this.stocks.replace(slot, new Map())
    this.traitSets.assign(slot, [])
    this.aggregateSets.assign(slot, [])
    this.sharing.delete(slot)
    this.forest.remove(slot)
  }

  /** Replaces the inventories. What is used of a class that stays remains; a new class begins unused. */
  setInventories(id: ProviderId, inventories: ReadonlyMap<string, Inventory>): void {
    const numbered = new Map<number, Inventory>()
    for (const [name, inventory] of inventories) numbered.set(this.classes.intern(name), inventory)
    const slot = this.#slotOf(id)
    this.stocks.replace(slot, numbered)
    this.#changed(slot)
  }

  /** Gives a provider one class more, or changes it. */
  putStock(slot: number, resourceClass: string, inventory: Inventory, used: number): void {
    this.stocks.put(slot, this.classes.intern(resourceClass), inventory, used)
    this.#changed(slot)
  }

  setTraits(id: ProviderId, names: Iterable<string>): void {
    this.setTraitsAt(this.#slotOf(id), names)
  }

  setTraitsAt(slot: number, names: Iterable<string>): void {
    this.traitSets.assign(slot, this.#numbers(this.traits, names))
    this.#noteTraits(slot)
  }

  /** Gives the provider the traits that another has. */
  copyTraits(slot: number, from: number): void {
    this.traitSets.copy(slot, from)
    this.#noteTraits(slot)
  }

  #noteTraits(slot: number): void {
    this.#changed(slot)
    if (holds(this.traitSets.itemsOf(this.traitSets.setOf(slot)), this.#sharingTrait))
      this.sharing.add(slot)
    else this.sharing.delete(slot)
  }

  /** The names of the traits in a set, in the order in which Placement lists them. */
  traitNames(set: number): readonly string[] {
    const items = this.traitSets.itemsOf(set)
    const known = this.#traitNames.get(items)
    if (known !== undefined) return known
    const names = Array.from(items, (trait) => this.traits.nameOf(trait)).toSorted(compareTraits)
    this.#traitNames.set(items, names)
    return names
  }

  setAggregates(id: ProviderId, aggregates: Iterable<AggregateId>): void {
    this.setAggregatesAt(this.#slotOf(id), aggregates)
  }

  setAggregatesAt(slot: number, aggregates: Iterable<AggregateId>): void {
    this.aggregateSets.assign(slot, this.#numbers(this.aggregates, aggregates))
  }

  /** Puts the provider into the aggregates that another is in. */
  copyAggregates(slot: number, from: number): void {
    this.aggregateSets.copy(slot, from)
  }

  setUsed(id: ProviderId, resourceClass: string, used: number): void {
    const slot = this.#slotOf(id)
    this.stocks.setUsed(slot, this.classes.intern(resourceClass), used)
    this.#changed(slot)
  }

  addUsed(id: ProviderId, resourceClass: string, delta: number): void {
    const slot = this.#slotOf(id)
    const number = this.classes.intern(resourceClass)
    const stock = this.stocks.find(slot, number)
    this.stocks.setUsed(slot, number, (stock === none ? 0 : this.stocks.usedOf(stock)) + delta)
    this.#changed(slot)
  }

  /** See `ProviderFacts`. */
  versionOf(slot: number): number {
    return this.#versions.get(slot)
  }

  /** After four billion changes numbers come again; by then nobody remembers what they were of. */
  #changed(slot: number): void {
    this.#changes = (this.#changes + 1) | 0
    this.#versions.set(slot, this.#changes)
  }

  #slotOf(id: ProviderId): number {
    const slot = this.forest.find(id)
    if (slot === none) throw problem('not-found', 'No such resource provider', { provider: id })
    return slot
  }

  #numbers(names: Names, wanted: Iterable<string>): number[] {
    return Array.from(wanted, (name) => names.intern(name))
  }
}
