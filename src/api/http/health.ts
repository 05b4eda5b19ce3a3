/** `/healthz` and `/metrics`: what monitors ask. Mounted at those paths; neither wants a token. */
import { problem } from '../../lib/problem.ts'
import { plainRefusal } from './problems.ts'
import type { Service } from './service.ts'

/** What a health check found, by name: null where all is well, else what is wrong. */
export type Health = Readonly<Record<string, string | null>>

/** Answers 200 while every check is well and 503 otherwise, with what each of them said. */
export function healthService(check: () => Promise<Health>): Service {
  return only('GET', async () => {
    const checks = await check()
    const well = Object.values(checks).every((wrong) => wrong === null)
    return { status: well ? 200 : 503, body: { status: well ? 'ok' : 'failing', checks } }
  })
}

/** Hands out measurements in Prometheus' text format. */
export function metricsService(
  read: () => Promise<{ readonly contentType: string; readonly text: string }>,
): Service {
  return only('GET', async () => {
    const { contentType, text } = await read()
    return { status: 200, headers: { 'Content-Type': contentType }, body: Buffer.from(text) }
  })
}

function only(allowed: string, answer: () => ReturnType<Service['answer']>): Service {
  return {
    answer: async ({ method, path }) => {
      if (path !== '') {
        const nothing = problem('not-found', 'There is nothing at this address')
        return plainRefusal({ status: 404, problem: nothing })
      }
      if (method === allowed || method === 'HEAD') return await answer()
      const wrong = problem('invalid', 'This address can only be read')
      return { ...plainRefusal({ status: 405, problem: wrong }), headers: { Allow: allowed } }
    },
  }
}
