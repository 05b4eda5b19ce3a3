/** A documented error of a route, as a request to the furnished cloud: who asks for what, at which version, and the status. */
import type { Caller } from '../support/callers.ts'
import type { Furnished } from '../support/furnished-cloud.ts'

export type Refusal = readonly [
  status: number,
  as: Caller,
  request: string,
  /** Undefined for none. */
  body?: unknown,
  /** The newest version, unless it is said. */
  at?: number,
]

/** `locked` is a server that is locked, and `broken` one in error; both are the member's. `publicImage` is an admin's. */
export type Scenery = Furnished & { readonly locked: string; readonly publicImage: string }

/** An id that nothing has. */
export const nobody = '99999999-9999-4999-8999-999999999999'
export const long = 'x'.repeat(256)
