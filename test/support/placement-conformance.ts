/**
 * A server for Placement's own functional suite: Placement at the root of a port, emptied and configured anew by
 * `POST /berth/v1/reset?profile=…`. Prints its address and runs until its input ends.
 */
import { withCors } from '../../src/api/http/cors.ts'
import { openServer } from '../../src/api/http/server.ts'
import type { Service } from '../../src/api/http/service.ts'
import { placementRoutes } from '../../src/api/placement/routes.ts'
import { openPolicy } from '../../src/domain/placement/policy.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { randomIds } from '../../src/lib/ids.ts'
import { openLog } from '../../src/lib/log.ts'
import { openTestPlacement } from './placement.ts'
import type { TestPlacement } from './placement.ts'

const everybody = Object.fromEntries(
  placementRoutes.flatMap(({ rule }) => (rule === null ? [] : [[rule, '@']])),
)

async function opened(profile: string): Promise<TestPlacement> {
  const policy = openPolicy({
    newDefaultsOnly: profile === 'secure-rbac',
    overrides: profile === 'open-policy' ? everybody : {},
  })
  const placement = await openTestPlacement({ policy })
  if (profile !== 'cors') return placement
  const cors = {
    origins: ['http://valid.example.com'],
    allowHeaders: ['openstack-api-version'],
  }
  return { ...placement, service: withCors(placement.service, cors) }
}

let current = await opened('default')

const placement: Service = {
  answer: async (request) => await current.service.answer(request),
  refuse: (refusal, request) =>
    current.service.refuse?.(refusal, request) ?? { status: refusal.status },
}

const reset: Service = {
  answer: async (request) => {
    const before = current
    current = await opened(request.query.get('profile') ?? 'default')
    await before.close()
    return { status: 204 }
  },
}

const server = await openServer({
  services: [
    { mount: '', service: placement },
    { mount: '/berth/v1/reset', service: reset },
  ],
  host: '127.0.0.1',
  port: Number(process.argv[2] ?? 0),
  clock: systemClock,
  ids: randomIds,
  log: openLog('warn'),
})
process.stdout.write(`${server.origin}\n`)
process.stdin.resume().once('end', () => {
  void server.close().then(async () => {
    await current.close()
    process.exit(0)
  })
})
