/** How Placement is configured for each part of its functional suite, by the names that the suite gives them. */
import { placementRoutes } from './api/placement/routes.ts'
import type { PlacementProfile } from './config.ts'
import { problem } from './lib/problem.ts'

const noCors = { origins: [], allowHeaders: [] }

const everybody = Object.fromEntries(
  placementRoutes.flatMap(({ rule }) => (rule === null ? [] : [[rule, '@']])),
)

const profiles: Readonly<Record<string, PlacementProfile>> = {
  default: { policy: {}, cors: noCors },
  'secure-rbac': { policy: { newDefaultsOnly: true }, cors: noCors },
  'open-policy': { policy: { overrides: everybody }, cors: noCors },
  cors: {
    policy: {},
    cors: { origins: ['http://valid.example.com'], allowHeaders: ['openstack-api-version'] },
  },
}

/** @throws `invalid` when there is no profile of that name. */
export function profileNamed(name: string): PlacementProfile {
  const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined
  if (profile !== undefined) return profile
  throw problem(
    'invalid',
    `There is no profile ${name}; there are ${Object.keys(profiles).join(', ')}`,
  )
}
