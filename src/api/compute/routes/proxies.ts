/** The door to volumes, from before their service had its own: what it is asked for is answered that it is not there yet. */
import { problem } from '../../../lib/problem.ts'
import { route } from '../route.ts'
import type { Method, Route } from '../route.ts'
import type { JsonSchema } from '../schemas/json-schema.ts'
import { anyQuery, counting, query } from '../schemas/queries.ts'

type Door = readonly [name: string, method: Method, path: string, query?: JsonSchema]

const counted = { ...query(counting), additionalProperties: true }

const doors: readonly Door[] = [
  ['snapshots.list', 'GET', '/os-snapshots', counted],
  ['snapshots.detail', 'GET', '/os-snapshots/detail', counted],
  ['snapshots.create', 'POST', '/os-snapshots'],
  ['snapshots.show', 'GET', '/os-snapshots/{id}'],
  ['snapshots.delete', 'DELETE', '/os-snapshots/{id}'],
  ['volumes.list', 'GET', '/os-volumes', counted],
  ['volumes.detail', 'GET', '/os-volumes/detail', counted],
  ['volumes.create', 'POST', '/os-volumes'],
  ['volumes.show', 'GET', '/os-volumes/{id}'],
  ['volumes.delete', 'DELETE', '/os-volumes/{id}'],
]

export const proxyRoutes: readonly Route[] = doors.map(([name, method, path, asked = anyQuery]) =>
  route({ name, method, path, policy: null, query: asked, handler: closed }),
)

async function closed(): Promise<never> {
  throw problem('failed', 'Ask the service itself: this door to it is not there yet.', {
    status: 501,
  })
}
