/**
 * A limit on how often each project may ask, in front of any service.
 *
 * Who asks too often is told so in the service's own error form, with how many seconds to wait. Requests without a good token
 * belong to no project: the service refuses them anyway, and guesses of passwords are slowed where passwords are asked for.
 */
import type { Identity } from '../../domain/identity.ts'
import { problem } from '../../lib/problem.ts'
import type { Buckets } from '../../lib/token-bucket.ts'
import { plainRefusal } from './problems.ts'
import type { HttpReply, HttpRequest, Service } from './service.ts'

export function withRateLimit(
  service: Service,
  buckets: Buckets,
  authenticate: (headers: HttpRequest['headers']) => Promise<Identity | null>,
): Service {
  const refuse = (request: HttpRequest, waitMs: number): HttpReply => {
    const retryAfter = String(Math.max(1, Math.ceil(waitMs / 1000)))
    const limited = problem('over-quota', 'This request was rate-limited.', { retryAfter })
    const refusal = { status: 429, problem: limited }
    const reply = service.refuse?.(refusal, request) ?? plainRefusal(refusal)
    return { ...reply, headers: { ...reply.headers, 'Retry-After': retryAfter } }
  }
  return {
    ...service,
    answer: async (request) => {
      const who = await authenticate(request.headers)
      const project = who?.projectId ?? null
      const waitMs = project === null ? 0 : buckets.take(project)
      return waitMs === 0 ? await service.answer(request) : refuse(request, waitMs)
    },
  }
}
