/**
 * Whether a host that was away has learned what it lost meanwhile.
 *
 * While a host is out of sight its servers may be given up and made anew elsewhere. So an agent that comes back acts on nothing
 * before it has asked which servers those are, has switched them off, and has closed itself to calls that were made before they
 * were given up. Whoever gives a server up writes that down first and calls the host afterwards, and the host can be reached
 * before it asks: so either the one finds the other's record, or the other's call arrives.
 */
import type { ServerId } from '../domain/ids.ts'

/** A server that must not run on a host any more. */
export type GivenUp = {
  readonly server: ServerId
  readonly subject: string
  /** What was called about it in a lower epoch comes too late. */
  readonly epoch: number
}

export class Admission {
  readonly #catchUp: (() => Promise<void>) | null
  #isDone: boolean
  #absences = 0
  #underWay: Promise<void> | null = null

  /** `catchUp` brings the host up to date; what it throws leaves the host outside. Null where nothing is ever given up. */
  constructor(catchUp: (() => Promise<void>) | null, isDone: boolean) {
    this.#catchUp = catchUp
    this.#isDone = isDone || catchUp === null
  }

  get isDone(): boolean {
    return this.#isDone
  }

  /** The host was away: what it knows may be out of date. */
  lapse(): void {
    this.#isDone = this.#catchUp === null
    this.#absences += 1
    this.#underWay = null
  }

  /** Resolves once the host is up to date. @throws when it cannot be brought up to date now. */
  async ensure(): Promise<void> {
    while (!this.#isDone) {
      this.#underWay ??= this.#attempt()
      await this.#underWay
    }
  }

  async #attempt(): Promise<void> {
    const absences = this.#absences
    try {
      await this.#catchUp?.()
      // Who was away again meanwhile has to ask again.
      if (absences === this.#absences) this.#isDone = true
    } finally {
      if (absences === this.#absences) this.#underWay = null
    }
  }
}
