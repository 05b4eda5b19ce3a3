/** Which HTTP status a problem becomes, where an API has no odder custom of its own. */
import type { Problem, ProblemKind } from '../../lib/problem.ts'
import type { HttpReply, Refusal } from './service.ts'

const statuses: Readonly<Record<ProblemKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  stale: 409,
  // OpenStack says 403 to whoever is over quota: asking again does not help, somebody has to allow more.
  'over-quota': 403,
  'no-capacity': 409,
  failed: 500,
  unavailable: 503,
  bug: 500,
}

export function statusOfKind(kind: ProblemKind): number {
  return statuses[kind]
}

/** The refusal that a problem becomes when nobody says otherwise. */
export function refusalOf(problem: Problem): Refusal {
  return { status: statuses[problem.kind], problem }
}

const titles: Readonly<Record<number, string>> = {
  300: 'Multiple Choices',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  408: 'Request Timeout',
  409: 'Conflict',
  410: 'Gone',
  411: 'Length Required',
  413: 'Request Entity Too Large',
  415: 'Unsupported Media Type',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
}

/** The words that go with a status. */
export function titleOf(status: number): string {
  return titles[status] ?? (status < 500 ? 'Bad Request' : 'Internal Server Error')
}

/** The error form of what belongs to no service. */
export function plainRefusal({ status, problem }: Refusal): HttpReply {
  return {
    status,
    body: { error: { code: status, title: titleOf(status), message: problem.message } },
  }
}
