/**
 * What each provider has of which class, and how much of it is used.
 *
 * A stock is one class on one provider. Stocks are rows of columns; a provider's rows hang together in a list, and so do the
 * rows of a class, so that memory follows the number of inventories that exist and not providers times classes.
 */
import type { Inventory } from '../../domain/placement/inventory.ts'
import { capacity } from '../../domain/placement/inventory.ts'
import { assert } from '../../lib/problem.ts'
import { FloatColumn, IntColumn } from './columns.ts'
import { none } from './forest.ts'

export class Stocks {
  #bound = 0
  readonly #vacant: number[] = []
  readonly #firstOfProvider = new IntColumn(none)
  readonly #nextOfProvider = new IntColumn(none)
  readonly #firstOfClass = new IntColumn(none)
  readonly #countOfClass = new IntColumn(0)
  readonly #nextOfClass = new IntColumn(none)
  readonly #previousOfClass = new IntColumn(none)
  readonly #provider = new IntColumn(none)
  readonly #class = new IntColumn(none)
  readonly #capacity = new FloatColumn()
  readonly #used = new FloatColumn()
  readonly #min = new IntColumn(0)
  readonly #max = new IntColumn(0)
  readonly #step = new IntColumn(1)

  firstOf(provider: number): number {
    return this.#firstOfProvider.get(provider)
  }

  nextOf(stock: number): number {
    return this.#nextOfProvider.get(stock)
  }

  find(provider: number, resourceClass: number): number {
    let stock = this.#firstOfProvider.get(provider)
    while (stock !== none && this.#class.get(stock) !== resourceClass)
      stock = this.#nextOfProvider.get(stock)
    return stock
  }

  classOf(stock: number): number {
    return this.#class.get(stock)
  }

  capacityOf(stock: number): number {
    return this.#capacity.get(stock)
  }

  usedOf(stock: number): number {
    return this.#used.get(stock)
  }

  /** How many providers have this class. */
  countOf(resourceClass: number): number {
    return this.#countOfClass.get(resourceClass)
  }

  forEachProvider(resourceClass: number, visit: (provider: number) => void): void {
    let stock = this.#firstOfClass.get(resourceClass)
    for (; stock !== none; stock = this.#nextOfClass.get(stock)) visit(this.#provider.get(stock))
  }

  /** True if that much can be claimed at once. */
  hasRoom(stock: number, amount: number): boolean {
    const step = this.#step.get(stock)
    return (
      this.#used.get(stock) + amount <= this.#capacity.get(stock) &&
      amount >= this.#min.get(stock) &&
      amount <= this.#max.get(stock) &&
      (step === 1 || amount % step === 0)
    )
  }

  /**
   * How much several claims that are made as one can have together. Their sum is one claim for max; min and step hold for
   * a sum when they hold for its parts.
   */
  roomOf(stock: number): number {
    return Math.min(this.#capacity.get(stock) - this.#used.get(stock), this.#max.get(stock))
  }

  /** Gives the provider these inventories instead of those it has. What is used of a class that stays remains. */
  replace(provider: number, inventories: ReadonlyMap<number, Inventory>): void {
    let before = none
    for (let stock = this.firstOf(provider); stock !== none; stock = this.nextOf(stock)) {
      if (inventories.has(this.#class.get(stock))) before = stock
      else this.#remove(stock, before)
    }
    for (const [resourceClass, inventory] of inventories) {
      const stock = this.find(provider, resourceClass)
      this.#describe(stock === none ? this.#add(provider, resourceClass) : stock, inventory)
    }
  }

  /** Gives the provider one class more, or changes it. */
  put(provider: number, resourceClass: number, inventory: Inventory, used: number): void {
    const known = this.find(provider, resourceClass)
    const stock = known === none ? this.#add(provider, resourceClass) : known
    this.#describe(stock, inventory)
    this.#used.set(stock, used)
  }

  setUsed(provider: number, resourceClass: number, used: number): void {
    const stock = this.find(provider, resourceClass)
    assert(stock !== none, 'something is used of a class that the provider does not have', {
      resourceClass,
    })
    this.#used.set(stock, used)
  }

  #describe(stock: number, inventory: Inventory): void {
    this.#capacity.set(stock, capacity(inventory))
    this.#min.set(stock, inventory.minUnit)
    this.#max.set(stock, inventory.maxUnit)
    this.#step.set(stock, inventory.stepSize)
  }

  #add(provider: number, resourceClass: number): number {
    const stock = this.#vacant.pop() ?? this.#bound++
    this.#provider.set(stock, provider)
    this.#class.set(stock, resourceClass)
    this.#used.set(stock, 0)
    this.#nextOfProvider.set(stock, none)
    let last = this.firstOf(provider)
    if (last === none) this.#firstOfProvider.set(provider, stock)
    else {
      while (this.nextOf(last) !== none) last = this.nextOf(last)
      this.#nextOfProvider.set(last, stock)
    }
    const first = this.#firstOfClass.get(resourceClass)
    this.#nextOfClass.set(stock, first)
    this.#previousOfClass.set(stock, none)
    if (first !== none) this.#previousOfClass.set(first, stock)
    this.#firstOfClass.set(resourceClass, stock)
    this.#countOfClass.add(resourceClass, 1)
    return stock
  }

  /** Takes a row out. Its own link to the next row stays readable, so a walk over the list can go on from it. */
  #remove(stock: number, beforeInProvider: number): void {
    const next = this.nextOf(stock)
    if (beforeInProvider === none) this.#firstOfProvider.set(this.#provider.get(stock), next)
    else this.#nextOfProvider.set(beforeInProvider, next)
    const resourceClass = this.#class.get(stock)
    const after = this.#nextOfClass.get(stock)
    const previous = this.#previousOfClass.get(stock)
    if (previous === none) this.#firstOfClass.set(resourceClass, after)
    else this.#nextOfClass.set(previous, after)
    if (after !== none) this.#previousOfClass.set(after, previous)
    this.#countOfClass.add(resourceClass, -1)
    this.#vacant.push(stock)
  }
}
