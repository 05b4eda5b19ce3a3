/** What the program has acknowledged, and what nobody knows because the answer never came. */
import type { Body, Reply } from './client.ts'

/** What was asked for and accepted, and how it looks when it has gone well. */
export type Wish = {
  readonly request: string
  readonly act: string
  /** The statuses of the server after it, and the name of its size where that was a part of it. */
  readonly then: readonly string[]
  readonly flavor: string | null
}

/** Whether something is there: `in doubt` when it was asked for without an answer. */
export type Standing = 'there' | 'gone' | 'in doubt'

export type ServerNote = {
  readonly id: string
  /** `asked`: nobody knows whether it was accepted. */
  delete: 'no' | 'asked' | 'accepted'
  /** The ids of requests that were accepted, each of which must be found among its actions. */
  readonly requests: string[]
  /** What was accepted last, as far as anybody was told. */
  last: Wish
  /** Ports that were plugged in or taken out, by id. */
  readonly ports: Map<string, Standing>
  /** Likewise volumes. */
  readonly volumes: Map<string, Standing>
}

export type AllocationNote = {
  readonly consumer: string
  /** How much memory it was given last, as far as was acknowledged. */
  megabytes: number
  /** What was asked for since without an answer. */
  inDoubt: number | null
}

export type VolumeNote = {
  readonly id: string
  delete: 'no' | 'asked' | 'accepted'
}

/** A value that was written in one request: it is true as soon as that is answered, and whoever reads it says so. */
export type FactNote = {
  readonly what: string
  readonly path: string
  readonly read: (body: Body) => unknown
  /** Null: it is not there. */
  is: string | null
  /** What was asked for since without an answer. */
  inDoubt: { readonly value: string | null } | null
}

export class Ledger {
  readonly servers: ServerNote[] = []
  readonly volumes: VolumeNote[] = []
  readonly allocations: AllocationNote[] = []
  readonly facts: FactNote[] = []
  /** How often each kind of request was accepted. */
  readonly accepted = new Map<string, number>()
  acknowledged = 0
  unanswered = 0
  refused = 0
  /** Operations that ended as was wished, and that said why they did not. */
  readonly ends = { well: 0, badly: 0 }

  /** Counts what was answered. */
  note(what: string, reply: Reply | null): Reply | null {
    if (reply === null) this.unanswered += 1
    else if (reply.status < 300) {
      this.acknowledged += 1
      this.accepted.set(what, (this.accepted.get(what) ?? 0) + 1)
    } else if (reply.status < 500) this.refused += 1
    else throw new Error(`${what} was answered ${reply.status}: ${JSON.stringify(reply.body)}`)
    return reply
  }
}

export function newServer(id: string, last: Wish): ServerNote {
  const requests = [last.request]
  return { id, delete: 'no', requests, last, ports: new Map(), volumes: new Map() }
}

/** Text or a number in an answer, as text; nothing where something else stands. */
export function textIn(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

export function requestId(reply: Reply): string {
  return reply.headers.get('x-openstack-request-id') ?? ''
}
