/** What handlers answer with. */
import type { JsonBody } from '../http/service.ts'

export type Reply = {
  readonly status: number
  readonly body?: JsonBody
  readonly headers?: Readonly<Record<string, string>>
}

export function ok(body?: JsonBody): Reply {
  return body === undefined ? { status: 200 } : { status: 200, body }
}

/** It will be done: watch the server. */
export function accepted(body?: JsonBody, headers: Reply['headers'] = {}): Reply {
  return body === undefined ? { status: 202, headers } : { status: 202, body, headers }
}

export function created(body?: JsonBody, headers: Reply['headers'] = {}): Reply {
  return body === undefined ? { status: 201, headers } : { status: 201, body, headers }
}

export function noContent(): Reply {
  return { status: 204 }
}
