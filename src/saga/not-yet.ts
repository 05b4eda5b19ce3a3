/**
 * What a record step throws when it waits for something that others will write: "ask me again when the subject is poked, or
 * at that time at the latest". Nothing of the attempt is kept. A step that waited long enough throws a problem instead.
 */
import type { Instant } from '../lib/clock.ts'

export class NotYet extends Error {
  readonly until: Instant

  constructor(until: Instant) {
    super('not yet')
    this.name = 'NotYet'
    this.until = until
  }
}

export function notYet(until: Instant): NotYet {
  return new NotYet(until)
}
