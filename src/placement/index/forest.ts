/**
 * Which providers there are, and which is under which.
 *
 * A provider has a slot: a small number by which every column of the index is read. A freed slot is used again, so memory
 * follows the number of providers that exist at once. Children hang on their parent as a linked list in the order in which
 * they came, and every provider knows its root, so that moving a subtree costs what it holds and nothing else.
 */
import { assert } from '../../lib/problem.ts'
import { ShortTexts } from '../../lib/short-texts.ts'
import { IntColumn } from './columns.ts'

/** Where a slot would stand: no parent, no such provider, the end of a list. */
export const none = -1

/** As long as a UUID is. */
const idLengthMax = 36

export class Forest {
  readonly #slots = new Map<string, number>()
  readonly #ids: (string | null)[] = []
  /** The same ids by slot, for those who write them. That of a vacant slot is there until the slot is used again. */
  readonly idTexts = new ShortTexts(idLengthMax)
  readonly #vacant: number[] = []
  readonly #parent = new IntColumn(none)
  readonly #root = new IntColumn(none)
  /** How many providers are above. */
  readonly #depth = new IntColumn(0)
  readonly #firstChild = new IntColumn(none)
  readonly #lastChild = new IntColumn(none)
  readonly #next = new IntColumn(none)
  readonly #previous = new IntColumn(none)

  /** How many providers there are. */
  get size(): number {
    return this.#slots.size
  }

  /** One more than the highest slot. */
  get bound(): number {
    return this.#ids.length
  }

  find(id: string): number {
    return this.#slots.get(id) ?? none
  }

  idOf(slot: number): string {
    const id = this.#ids[slot]
    assert(id !== undefined && id !== null, 'no provider in this slot', { slot })
    return id
  }

  parentOf(slot: number): number {
    return this.#parent.get(slot)
  }

  /** The root of the provider's tree; `none` for a vacant slot. */
  rootOf(slot: number): number {
    return this.#root.get(slot)
  }

  isRoot(slot: number): boolean {
    return this.#root.get(slot) === slot
  }

  isLeaf(slot: number): boolean {
    return this.#firstChild.get(slot) === none
  }

  childrenOf(slot: number): number[] {
    const children: number[] = []
    let child = this.#firstChild.get(slot)
    for (; child !== none; child = this.#next.get(child)) children.push(child)
    return children
  }

  /** True if the first is the second or one of its ancestors. */
  isAtOrAbove(above: number, slot: number): boolean {
    for (let at = slot; at !== none; at = this.#parent.get(at)) {
      if (at === above) return true
    }
    return false
  }

  depthOf(slot: number): number {
    return this.#depth.get(slot)
  }

  /** The lowest provider that is at or above both; `none` if they are of different trees. */
  commonAncestor(one: number, other: number): number {
    if (this.#root.get(one) !== this.#root.get(other)) return none
    let [a, b] = [one, other]
    while (this.#depth.get(a) > this.#depth.get(b)) a = this.#parent.get(a)
    while (this.#depth.get(b) > this.#depth.get(a)) b = this.#parent.get(b)
    while (a !== b) [a, b] = [this.#parent.get(a), this.#parent.get(b)]
    return a
  }

  /** What follows a provider when its subtree is walked parents first; `none` after the last one below `top`. */
  following(slot: number, top: number): number {
    const child = this.#firstChild.get(slot)
    if (child !== none) return child
    for (let at = slot; at !== top; at = this.#parent.get(at)) {
      const next = this.#next.get(at)
      if (next !== none) return next
    }
    return none
  }

  add(id: string, parent: number): number {
    assert(!this.#slots.has(id), 'the provider is there already', { id })
    // So that nobody who writes it out has to look for something to escape.
    assert(/^[\w-]+$/.test(id), 'an id is made of letters, digits, _ and -', { id })
    const slot = this.#vacant.pop() ?? this.#ids.length
    this.#ids[slot] = id
    this.idTexts.set(slot, id)
    this.#slots.set(id, slot)
    this.#attach(slot, parent)
    return slot
  }

  move(slot: number, parent: number): void {
    if (this.#parent.get(slot) === parent) return
    assert(
      parent === none || !this.isAtOrAbove(slot, parent),
      'a provider cannot be under itself',
      {
        id: this.idOf(slot),
      },
    )
    this.#detach(slot)
    this.#attach(slot, parent)
  }

  remove(slot: number): void {
    const id = this.idOf(slot)
    assert(this.isLeaf(slot), 'a provider with children cannot go', { id })
    this.#detach(slot)
    this.#root.set(slot, none)
    this.#slots.delete(id)
    this.#ids[slot] = null
    this.#vacant.push(slot)
  }

  #attach(slot: number, parent: number): void {
    this.#parent.set(slot, parent)
    this.#next.set(slot, none)
    this.#previous.set(slot, none)
    if (parent !== none) {
      const last = this.#lastChild.get(parent)
      if (last === none) this.#firstChild.set(parent, slot)
      else this.#next.set(last, slot)
      this.#previous.set(slot, last)
      this.#lastChild.set(parent, slot)
    }
    const root = parent === none ? slot : this.#root.get(parent)
    for (let at = slot; at !== none; at = this.following(at, slot)) {
      const above = this.#parent.get(at)
      this.#root.set(at, root)
      this.#depth.set(at, above === none ? 0 : this.#depth.get(above) + 1)
    }
  }

  #detach(slot: number): void {
    const parent = this.#parent.get(slot)
    if (parent === none) return
    const next = this.#next.get(slot)
    const previous = this.#previous.get(slot)
    if (previous === none) this.#firstChild.set(parent, next)
    else this.#next.set(previous, next)
    if (next === none) this.#lastChild.set(parent, previous)
    else this.#previous.set(next, previous)
  }
}
