/**
 * A whole cloud from a configuration: everything is constructed here and nowhere else.
 *
 * It listens to nothing yet: what it gives are services, which `main.ts` puts behind ports.
 */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { localHosts } from './agents/local-hosts.ts'
import { agentMemories } from './agents/memory.ts'
import { adminService } from './api/admin/service.ts'
import { openCompute } from './api/compute/compute.ts'
import { consoleService } from './api/console/service.ts'
import { withRateLimit } from './api/http/rate-limit.ts'
import { withCors } from './api/http/cors.ts'
import type { Mount } from './api/http/server.ts'
import type { Service } from './api/http/service.ts'
import { usualCatalog } from './domain/catalog.ts'
import { healthService, metricsService } from './api/http/health.ts'
import { withAccessRules } from './api/identity/access-rule-gate.ts'
import { identityService } from './api/identity/service.ts'
import { imageService } from './api/image/service.ts'
import { networkService } from './api/network/service.ts'
import { placementService } from './api/placement/service.ts'
import { volumeService } from './api/volume/service.ts'
import { defaultSettings, openCloud } from './app/cloud.ts'
import type { Context } from './app/context.ts'
import { countClaims, openMetrics } from './app/metrics.ts'
import type { RequestSeen } from './app/metrics.ts'
import type { Passwords } from './app/credential-files.ts'
import { registerHosts } from './app/hosts/register.ts'
import { byToken, firstKnown } from './app/identity/authenticate.ts'
import { openIdentity } from './app/identity/context.ts'
import { byFixedToken } from './app/identity/noauth.ts'
import { openImageFiles } from './app/image/files.ts'
import { keepSeedImage, seedImage } from './app/image/seed.ts'
import { sweepImages } from './app/image/sweep.ts'
import { seedNetwork, seedWayOut } from './app/network/seed.ts'
import { seed } from './app/seed.ts'
import { openTraces } from './app/traces.ts'
import type { TracedRequest, Traces } from './app/traces.ts'
import type { Config, PlacementProfile } from './config.ts'
import type { HostName } from './domain/ids.ts'
import { openPolicy } from './domain/placement/policy.ts'
import { faultPlan } from './drivers/faults.ts'
import { simulatedDriver } from './drivers/simulated/driver.ts'
import { ordinaryMachine } from './drivers/simulated/machine.ts'
import { openWorld } from './drivers/simulated/world.ts'
import { givenUpIn } from './operations/given-up.ts'
import { openBuckets } from './lib/token-bucket.ts'
import { systemClock } from './lib/clock.ts'
import { randomIds } from './lib/ids.ts'
import type { Log } from './lib/log.ts'
import { seededRandom } from './lib/random.ts'
import { eraseDatabase, openStore } from './store/open.ts'
import { databaseTrouble } from './store/reachable.ts'

export type Assembly = {
  readonly services: readonly Mount[]
  /** Placement alone, for a port of its own. */
  readonly placement: Service
  /** Counts an answered request. */
  seen(request: RequestSeen & TracedRequest): void
  /** Says that the end is near: streams that have no end of their own are ended. */
  ending(): void
  /** Stops everything in order; what is under way is left as its record says. */
  close(): Promise<void>
}

export type AssemblyOptions = {
  readonly config: Config
  readonly passwords: Passwords
  readonly log: Log
  /** How Placement is configured, and whether this is a conformance run: then there are no hosts. */
  readonly profile: PlacementProfile | null
  /** Empties everything and opens it anew; null where that is not allowed. */
  readonly reset: ((profile: string | null) => Promise<void>) | null
}

/** Opens the cloud. @throws in one sentence when the database cannot be used. */
export async function assemble(options: AssemblyOptions): Promise<Assembly> {
  const { config, passwords, log } = options
  const clock = systemClock
  const ids = randomIds
  const random = seededRandom(ids.uuid())
  const store = await openStore(databaseOf(config), { clock, random, log })
  const ctx: Context = { store, clock, ids, random, log }
  const closing = new AbortController()

  const faults = faultPlan({ clock, random })
  if (config.faults !== null) faults.replace(config.faults)
  const world = openWorld({ path: worldOf(config), clock, ids })
  const memoryOf = agentMemories(world.database, clock)
  const hosts = localHosts({ clock, log, memoryOf, faults, givenUp: givenUpIn(store) })
  const names = hostNames(options.profile === null ? config.hosts : 0)
  for (const host of names) hosts.add(host, simulatedDriver({ world, host }))
  await hosts.open()

  const { failurePolicy, audit } = config
  const settings = { ...defaultSettings, failurePolicy, audit }
  const claims = countClaims()
  const cloud = await openCloud({
    ctx,
    hosts,
    settings,
    leaseMs: config.leaseMs,
    tally: claims.tally,
  })
  const identity = openIdentity(ctx)
  const files = openImageFiles(join(config.dataDir, 'images'), { ids })
  await seed(ctx, identity, passwords, async () => {
    const data = await keepSeedImage(files)
    return async (tx, { projects }) => {
      const at = clock.now()
      await seedImage(tx, { ids, at, owner: projects.admin, data })
      const owned = { owner: projects.admin, projects: Object.values(projects) }
      const { subnetId } = await seedNetwork(tx, { ids, at, ...owned })
      await seedWayOut(ctx, tx, { owner: projects.admin, subnetId })
    }
  })
  // Nobody waits for it, and a failure costs disk and nothing else.
  sweepImages({ ...ctx, files }).catch((thrown: unknown) =>
    log.warn('stray image files could not be removed', { cause: String(thrown) }),
  )
  await registerHosts(
    ctx,
    names.map((name) => ({ name, kind: 'simulated', resources: ordinaryMachine })),
  )

  const known = byToken(identity)
  const authenticate = config.auth === 'noauth' ? firstKnown(known, byFixedToken) : known
  const sameOrigin = placementService({
    ctx: { ...ctx, live: cloud.index },
    authenticate,
    policy: openPolicy(options.profile?.policy ?? config.placementPolicy),
    settings: { candidates: config.candidates },
  })
  const cors = options.profile?.cors ?? config.cors
  const placement = cors.origins.length === 0 ? sameOrigin : withCors(sameOrigin, cors)
  const buckets = config.rateLimit === 0 ? null : openBuckets(clock, config.rateLimit)
  const limited = (service: Service): Service =>
    buckets === null ? service : withRateLimit(service, buckets, authenticate)
  const traces = config.traces === null ? null : tracesTo({ ...ctx, ...config.traces })
  const metrics = openMetrics({ store, claims, patrol: cloud.patrol })
  const gated = ({ mount, service }: Mount): Mount => ({
    mount,
    service: withAccessRules(service, mount, identity),
  })
  const mounts: readonly Mount[] = [
    { mount: '/identity', service: identityService({ ctx: identity, catalog: usualCatalog }) },
    {
      mount: '/compute',
      service: limited(
        openCompute(
          { ...cloud.ctx, files },
          { authenticate: async (token) => await authenticate({ 'x-auth-token': token }) },
        ),
      ),
    },
    { mount: '/placement', service: limited(placement) },
    {
      mount: '/healthz',
      service: healthService(async () => ({ database: await databaseTrouble(store) })),
    },
    { mount: '/metrics', service: metricsService(async () => await metrics.read()) },
    { mount: '/network', service: limited(networkService(ctx, authenticate)) },
    { mount: '/volume', service: limited(volumeService(ctx, authenticate)) },
    { mount: '/image', service: limited(imageService({ ...ctx, files }, authenticate)) },
    { mount: '/console', service: consoleService(cloud.ctx) },
    {
      mount: '/berth/v1',
      service: adminService({
        ctx: cloud.ctx,
        authenticate,
        simulation: {
          faults,
          guestsOn: (host) => (names.includes(host) ? world.guests(host) : null),
        },
        audit: async () => await cloud.patrol.look(),
        healing: cloud.healing,
        reset: options.reset,
        closing: closing.signal,
      }),
    },
  ]
  return {
    // At the root of a port of its own it is known by the same type.
    placement: withAccessRules(limited(placement), '/placement', identity),
    seen: (request) => {
      metrics.seen(request)
      traces?.seen(request)
    },
    services: mounts.map(gated),
    ending: () => closing.abort(),
    close: async () => {
      closing.abort()
      metrics.close()
      await traces?.close()
      await cloud.close()
      await store.close()
      world.close()
    },
  }
}

/** Traces, sent to a collector that answers within a few seconds or not at all. */
function tracesTo(
  to: Pick<Context, 'clock' | 'log' | 'store'> & NonNullable<Config['traces']>,
): Traces {
  const send = async (body: object): Promise<boolean> => {
    const { ok } = await fetch(to.url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...to.headers },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(5000),
    })
    return ok
  }
  return openTraces({ ...to, send })
}

/** Empties what an assembly kept: the database, what simulated hosts hold, images. Nothing may be open. */
export async function erase(config: Config): Promise<void> {
  await eraseDatabase(databaseOf(config))
  for (const suffix of ['', '-wal', '-shm']) rmSync(worldOf(config) + suffix, { force: true })
  rmSync(join(config.dataDir, 'images'), { force: true, recursive: true })
}

function databaseOf(config: Config): string {
  return config.database ?? join(config.dataDir, 'berth.db')
}

function worldOf(config: Config): string {
  return join(config.dataDir, 'hosts.db')
}

function hostNames(count: number): readonly HostName[] {
  // Named here and nowhere else.
  return Array.from({ length: count }, (_, i) => `host${i + 1}` as HostName)
}
