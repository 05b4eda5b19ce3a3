/**
 * What goes wrong, in this API's form: an object whose only key names the fault.
 *
 * The one place where a problem becomes an answer. Statuses follow from the kind of the problem; what has no kind of its own
 * (a version that is not spoken, a route that is gone) is made here by its status.
 */
import type { Problem } from '../../lib/problem.ts'
import { faultNames } from '../http/fault-names.ts'
import { statusOfKind, titleOf } from '../http/problems.ts'
import type { HttpReply } from '../http/service.ts'

export const notFoundMessage = 'The resource could not be found.'
export const malformedMessage = 'Malformed request body'

/** `more` is told beside the message. */
export function fault(status: number, message: string, more: object = {}): HttpReply {
  return {
    status,
    headers: { 'Content-Type': 'application/json; charset=UTF-8' },
    body: { [faultNames[status] ?? 'computeFault']: { code: status, message, ...more } },
  }
}

export function faultOf(problem: Problem): HttpReply {
  const { status } = problem.details
  return fault(typeof status === 'number' ? status : statusOfKind(problem.kind), problem.message)
}

/** A path that is no route: the router's own form, without a version. */
export function unknownPath(): HttpReply {
  return {
    status: 404,
    body: {
      message: `${notFoundMessage}<br /><br />\n\n\n`,
      code: `404 ${titleOf(404)}`,
      title: titleOf(404),
    },
  }
}

/** No token, or one that is not good: the form that the token check has in front of every service. */
export function unauthenticated(identityUri: string): HttpReply {
  const message = 'The request you have made requires authentication.'
  return {
    status: 401,
    headers: { 'WWW-Authenticate': `Keystone uri="${identityUri}"` },
    body: { error: { code: 401, title: titleOf(401), message } },
  }
}
