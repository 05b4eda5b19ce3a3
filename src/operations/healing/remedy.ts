/**
 * What an audit can put right by itself, as data. A remedy names what it is about and never what to write: what is right is
 * found out in the transaction that writes it, from the records as they are then.
 */
import type { HostName, ServerId } from '../../domain/ids.ts'
import type { PowerState } from '../../domain/states.ts'

/** A remedy in the records: done in one transaction. */
export type RecordRemedy =
  /** The server holds exactly what its flavor needs on its host, or nothing where it has none. */
  | { readonly kind: 'hold-what-is-due'; readonly server: ServerId }
  /** Somebody who is no living server and no open migration gives back what it holds. */
  | { readonly kind: 'give-back'; readonly consumer: string }
  /** What is held for a server is charged to its owner. */
  | { readonly kind: 'correct-owner'; readonly consumer: string }
  | { readonly kind: 'recount-provider'; readonly provider: string; readonly resourceClass: string }
  | { readonly kind: 'recount-project'; readonly project: string }
  /** The server is charged for its flavor. */
  | { readonly kind: 'charge-exactly'; readonly server: ServerId }
  | { readonly kind: 'bind-ports'; readonly server: ServerId }
  /** The record says what the guest does. */
  | { readonly kind: 'note-power'; readonly server: ServerId; readonly power: PowerState }
  /** A task that nothing performs is taken off. */
  | { readonly kind: 'clear-task'; readonly server: ServerId }
  /** The memory of a move that is not open is taken off. */
  | { readonly kind: 'forget-move'; readonly server: ServerId }

/** A remedy on a host: what nobody owns there is destroyed, after a while in which somebody may object. */
export type GuestRemedy = {
  readonly kind: 'clean-host'
  readonly server: ServerId
  readonly host: HostName
  /** `remains`: everything but the guest, which is there by right. `everything`: the server is elsewhere, or gone. */
  readonly what: 'remains' | 'everything'
}

export type Remedy = RecordRemedy | GuestRemedy

/** What a remedy does, in a sentence that completes "this would …". */
export function sayRemedy(remedy: Remedy): string {
  switch (remedy.kind) {
    case 'hold-what-is-due':
      return `make server ${remedy.server} hold exactly what it needs where it is`
    case 'give-back':
      return `give back what ${remedy.consumer} holds`
    case 'correct-owner':
      return `charge what ${remedy.consumer} holds to the owner of its server`
    case 'recount-provider':
      return `count anew what is used of ${remedy.resourceClass} on ${remedy.provider}`
    case 'recount-project':
      return `count anew what project ${remedy.project} uses`
    case 'charge-exactly':
      return `charge server ${remedy.server} for its own flavor`
    case 'bind-ports':
      return `bind the ports of server ${remedy.server} to its host and to no other`
    case 'note-power':
      return `write down that the guest of server ${remedy.server} is ${remedy.power}`
    case 'clear-task':
      return `take off the task of server ${remedy.server} that nothing performs`
    case 'forget-move':
      return `forget the move of server ${remedy.server} that is over`
    case 'clean-host':
      return remedy.what === 'everything'
        ? `destroy what is left of server ${remedy.server} on ${remedy.host}, after a grace period`
        : `destroy what is left beside the guest of server ${remedy.server} on ${remedy.host}, after a grace period`
  }
}

/** What a remedy is about: no two operations may touch that at once. */
export function subjectOf(remedy: RecordRemedy): string {
  if ('server' in remedy) return `server/${remedy.server}`
  if ('consumer' in remedy) return `consumer/${remedy.consumer}`
  return 'provider' in remedy ? `provider/${remedy.provider}` : `project/${remedy.project}`
}

/** Why a remedy cannot be taken back; null where it can. */
export function finalBecause({ kind }: Remedy): string | null {
  return finals[kind] ?? null
}

const finals: Partial<Readonly<Record<Remedy['kind'], string>>> = {
  'recount-provider': 'a sum is what it is: there is nothing to go back to',
  'recount-project': 'a sum is what it is: there is nothing to go back to',
  'clean-host': 'what was destroyed is gone; until the grace period is over it can be called off',
}
