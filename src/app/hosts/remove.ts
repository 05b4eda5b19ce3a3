/**
 * Forgetting a host for good, with its resource provider: neither outlives the other.
 *
 * A host that servers were evacuated from may never come back. What was held there for their sake ends with it.
 */
import type { Host } from '../../domain/host.ts'
import type { Instant } from '../../lib/clock.ts'
import { problem } from '../../lib/problem.ts'
import * as drains from '../../store/compute/drains.ts'
import * as hosts from '../../store/compute/hosts.ts'
import * as migrations from '../../store/compute/migrations.ts'
import { forgetHost } from '../../store/compute/resting-servers.ts'
import * as servers from '../../store/compute/servers.ts'
import * as allocations from '../../store/placement/allocations.ts'
import * as holdings from '../../store/placement/holdings.ts'
import * as providers from '../../store/placement/providers.ts'
import type { Tx } from '../../store/store.ts'

/** @throws `conflict` while servers are there, or on their way from or to it, or somebody else holds anything of it. */
export async function removeHost(tx: Tx, host: Host, now: Instant): Promise<void> {
  if ((await servers.onHost(tx, host.name)).length > 0) {
    const message =
      'Unable to delete compute service that is hosting instances. Migrate or delete the instances first.'
    throw problem('conflict', message, { host: host.name })
  }
  for (const migration of await migrations.touching(tx, host.name)) {
    const isOver = migration.kind === 'evacuation' && migration.status === 'done'
    if (!isOver || migration.source !== host.name) {
      const message =
        'Unable to delete compute service that has in-progress migrations. Complete the migrations or delete the instances first.'
      throw problem('conflict', message, { host: host.name })
    }
    await holdings.release(tx, migration.id, now)
    await migrations.enter(tx, migration.id, 'completed', now)
  }
  await forgetHost(tx, host.name)
  await drains.forget(tx, host.name)
  await hosts.remove(tx, host.name, now)
  await removeProvider(tx, host, now)
}

async function removeProvider(tx: Tx, host: Host, now: Instant): Promise<void> {
  const top = await providers.find(tx, host.providerId)
  if (top === null) return
  const tree = await providers.subtree(tx, top)
  await providers.lock(
    tx,
    tree.map(({ number }) => number),
  )
  // Children first: a provider with children cannot go.
  for (const provider of tree.toReversed()) {
    if (await allocations.areOn(tx, provider)) {
      const message = `Unable to delete compute service: its resource provider ${provider.id} has allocations.`
      throw problem('conflict', message, { host: host.name })
    }
    await providers.remove(tx, provider, now)
  }
}
