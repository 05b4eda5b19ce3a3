/**
 * O1, O2 and O7: who may do what to a server, looked at in each transaction.
 *
 * - While an operation owns a server nobody else writes down where it is or how it does.
 * - Of one epoch of an operation there is one writer, and the epoch of a subject only grows.
 * - What was asked to stop goes no further than the step that was under way, unless that leads past its point of no return. To end
 *   first and be deleted then comes to the same in the end, as long as nothing keeps the operation waiting: so only on the way can
 *   be seen whether it gives way.
 */
import { operations } from '../../src/operations/registry.ts'
import type { Tx } from '../../src/store/store.ts'
import type { Judge } from './judge.ts'
import { query } from './rows.ts'
import type { SagaRow, ServerRow } from './rows.ts'

type Place = Pick<ServerRow, 'host' | 'name' | 'power_state' | 'vm_state'>
type Asked = SagaRow & { readonly interrupt: string | null }

export class Owners {
  readonly #judge: Judge
  readonly #epochs = new Map<string, number>()
  readonly #writers = new Map<string, { readonly epoch: number; readonly writer: number }>()
  /** How far each had come when it was asked to stop. */
  readonly #asked = new Map<string, number>()

  constructor(judge: Judge) {
    this.#judge = judge
  }

  /** At the operation of that id. `writer` is null where anybody may write. */
  async look(tx: Tx, id: string, writer: number | null): Promise<void> {
    const [saga] = await query<Asked>(tx, 'SELECT * FROM sagas WHERE id = ?', [id])
    if (saga === undefined) return
    this.#checkGivesWay(saga)
    if (writer !== null) this.#checkWriter(saga, writer)
  }

  /** A server and the operation that owns it. `byOwner`: whether that has a part in the transaction. */
  checkServer(
    saga: SagaRow,
    wrote: {
      readonly server: Place
      readonly before: Place | undefined
      readonly byOwner: boolean
    },
  ): void {
    this.#checkEpoch(saga)
    const { server, before, byOwner } = wrote
    if (byOwner || before === undefined) return
    for (const what of ['host', 'vm_state', 'power_state'] as const) {
      if (before[what] === server[what]) continue
      const went = `was ${before[what]} and is ${server[what]}`
      this.#judge.fail('O1', `${server.name} ${went}, and ${saga.name} did not do it`)
    }
  }

  #checkGivesWay({ id, name, interrupt, direction, next, epoch }: Asked): void {
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

  #checkWriter({ id, name, epoch }: SagaRow, writer: number): void {
    const first = this.#writers.get(id)
    if (first?.epoch === epoch && first.writer !== writer)
      this.#judge.fail('O2', `two owners write to ${name} in epoch ${epoch}`)
    this.#writers.set(id, { epoch, writer })
  }

  #checkEpoch({ subject, epoch }: SagaRow): void {
    const before = this.#epochs.get(subject) ?? 0
    if (epoch < before)
      this.#judge.fail('O2', `the epoch of ${subject} fell from ${before} to ${epoch}`)
    this.#epochs.set(subject, epoch)
  }
}
