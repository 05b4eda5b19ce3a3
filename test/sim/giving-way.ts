/**
 * O7: what was asked to stop goes no further than the step that was under way, unless that leads past its point of no return.
 *
 * To end first and be deleted then comes to the same in the end, as long as nothing keeps the operation waiting: so only on the
 * way can be seen whether it gives way.
 */
import { operations } from '../../src/operations/registry.ts'
import type { Judge } from './judge.ts'
import type { SagaRow } from './rows.ts'

export class GivingWay {
  readonly #judge: Judge
  /** How far each had come when it was asked. */
  readonly #asked = new Map<string, number>()

  constructor(judge: Judge) {
    this.#judge = judge
  }

  look({ id, name, interrupt, direction, next, epoch }: SagaRow & Interrupted): void {
    if (interrupt === null || direction !== 'do') return
    const asked = this.#asked.get(id) ?? next
    this.#asked.set(id, asked)
    // What the step under way came to is still written down.
    const farthest = asked + 1
    const noReturn = operations.find((each) => each.name === name)?.pointOfNoReturn?.at
    if (next <= farthest || (noReturn !== undefined && farthest >= noReturn)) return
    const went = `was asked to stop at step ${asked}, and went on to ${next} (epoch ${epoch})`
    this.#judge.fail('O7', `${name} ${went}: ${interrupt}`)
  }
}

export type Interrupted = { readonly interrupt: string | null }
