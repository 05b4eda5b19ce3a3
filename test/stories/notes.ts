/** Notes of what is asked of the Compute API in this process and what is answered: each thing once. */
import type { Caller } from '../support/callers.ts'

export type Note = {
  /** As `describeRoute` calls it. */
  readonly route: string
  readonly as: Caller
  readonly status: number
  /** The minor version at which it was asked. */
  readonly at: number
}

export type Notes = {
  take(note: Note): void
  all(): readonly Note[]
}

export function openNotes(): Notes {
  const taken = new Map<string, Note>()
  return {
    take: (note) => {
      const { route, as, status, at } = note
      taken.set([route, as, status, at].join('\t'), note)
    },
    all: () => [...taken.values()],
  }
}
