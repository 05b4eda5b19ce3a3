/**
 * `X-Berth-Failure-Policy: leave` or `rollback`: what shall become of a server whose move fails after its disk has moved.
 *
 * A header and not a field of the body, because the bodies are Nova's and their schemas refuse what they do not know; a client
 * that can add a header needs no other change.
 */
import type { RequestContext } from '../../app/context.ts'
import { problem } from '../../lib/problem.ts'
import type { HttpRequest } from '../http/service.ts'

/**
 * What the request says; null when it says nothing.
 * @throws `invalid` for another word.
 */
export function failurePolicyIn(
  headers: HttpRequest['headers'],
): NonNullable<RequestContext['failurePolicy']> | null {
  const said = headers['x-berth-failure-policy']
  if (said === undefined) return null
  if (said === 'leave' || said === 'rollback') return said
  throw problem('invalid', 'X-Berth-Failure-Policy takes leave or rollback')
}
