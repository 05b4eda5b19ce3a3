/** What users and operators ask for in the rows, and where a server is when they do. */
import { randomUUID } from 'node:crypto'
import { registerHosts } from '../../src/app/hosts/register.ts'
import * as deleting from '../../src/app/servers/delete.ts'
import * as evacuating from '../../src/app/servers/evacuate.ts'
import * as live from '../../src/app/servers/live-migrate.ts'
import * as pausing from '../../src/app/servers/pause.ts'
import * as power from '../../src/app/servers/power.ts'
import * as rebuilding from '../../src/app/servers/rebuild.ts'
import * as resizing from '../../src/app/servers/resize.ts'
import * as shelving from '../../src/app/servers/shelve.ts'
import * as imaging from '../../src/app/servers/snapshot.ts'
import type { ConsumerId, HostName, ProjectId, ServerId, UserId } from '../../src/domain/ids.ts'
import { nobody } from '../../src/domain/placement/consumer.ts'
import type { PowerState } from '../../src/domain/states.ts'
import { replaceHoldings } from '../../src/placement/claims.ts'
import * as hosts from '../../src/store/compute/hosts.ts'
import { ordinaryMachine } from '../../src/drivers/simulated/machine.ts'
import { admin, tenant } from '../support/cloud-deeds.ts'
import type { FakeCloud } from '../support/fake-cloud.ts'
import { image } from '../support/images.ts'
import { running } from '../kit/scenarios/positions.ts'

type Deed = (cloud: FakeCloud, server: ServerId) => Promise<void>

const asTenant =
  (
    act: (
      ctx: FakeCloud['cloud']['ctx'],
      who: typeof tenant,
      request: ReturnType<FakeCloud['request']>,
      id: string,
    ) => Promise<unknown>,
  ): Deed =>
  async (cloud, server) => {
    await act(cloud.cloud.ctx, tenant, cloud.request(), server)
  }

export const remove = asTenant(deleting.remove)
export const confirm = asTenant(resizing.confirmResize)
export const revert = asTenant(resizing.revertResize)
export const stop = asTenant(power.stop)
export const start = asTenant(power.start)
export const pause = asTenant(pausing.pause)
export const unpause = asTenant(pausing.unpause)
export const suspend = asTenant(pausing.suspend)
export const resume = asTenant(pausing.resume)
export const shelve = asTenant(shelving.shelve)

export const rebootHard: Deed = async (cloud, server) =>
  await power.reboot(cloud.cloud.ctx, tenant, cloud.request(), server, 'HARD')

export const migrate: Deed = async (cloud, server) =>
  await resizing.migrate(cloud.cloud.ctx, admin, cloud.request(), server, { host: null })

export const snapshot: Deed = async (cloud, server) => {
  const wish = { name: 'snap', metadata: {} }
  await imaging.createImage(cloud.cloud.ctx, tenant, cloud.request(), server, wish)
}

export const rebuild: Deed = async (cloud, server) => {
  const imageRef = await image(cloud, 'other')
  await rebuilding.rebuild(cloud.cloud.ctx, tenant, cloud.request(), server, { imageRef })
}

export const offload: Deed = async (cloud, server) =>
  await shelving.shelveOffload(cloud.cloud.ctx, admin, cloud.request(), server)

export const unshelve: Deed = async (cloud, server) =>
  await shelving.unshelve(cloud.cloud.ctx, tenant, cloud.request(), server, {})

export const moveLive: Deed = async (cloud, server) => await moveLiveTo(null)(cloud, server)

export function moveLiveTo(host: string | null): Deed {
  return async (cloud, server) => {
    const wish = { host, blockMigration: null }
    await live.liveMigrate(cloud.cloud.ctx, admin, cloud.request(), server, wish)
  }
}

/** Calls the live move off that the server is in. */
export const callOff: Deed = async (cloud, server) => {
  const number = String((await cloud.openMigration(server))?.number)
  const how = { evenWaiting: true }
  await live.abortLiveMigration(cloud.cloud.ctx, admin, cloud.request(), server, number, how)
}

export const evacuate: Deed = async (cloud, server) => {
  const wish = { host: null, leavesStopped: false }
  await evacuating.evacuate(cloud.cloud.ctx, admin, cloud.request(), server, wish)
}

/** A server that ran on host1, which has lost power and does not answer. */
export async function onLostHost(cloud: FakeCloud): Promise<ServerId> {
  const server = await running(cloud)
  lose(cloud, 'host1')
  return server
}

export function lose(cloud: FakeCloud, name: string): void {
  const host = name as HostName // a host of the row's cloud
  cloud.world.losePower(host)
  cloud.hosts.setReachable(host, false)
}

/** The host answers again, and knows what it has lost meanwhile. */
export async function answerAgain(cloud: FakeCloud, name: string): Promise<void> {
  const host = name as HostName // a host of the row's cloud
  cloud.hosts.setReachable(host, true)
  await cloud.hosts.caughtUp(host)
}

/** The host answers again, and what was owed to it is done. */
export async function comeBack(cloud: FakeCloud, name: string): Promise<void> {
  await answerAgain(cloud, name)
  await cloud.cloud.loops.runNow('returned hosts')
  await cloud.settled()
}

/** A server that is paused on host1. */
export async function paused(cloud: FakeCloud): Promise<ServerId> {
  return await after(cloud, pause)
}

/** A server that is suspended on host1. */
export async function suspended(cloud: FakeCloud): Promise<ServerId> {
  return await after(cloud, suspend)
}

/** A server on the shelf: on host1 where the cloud keeps it there, nowhere otherwise. */
export async function shelved(cloud: FakeCloud): Promise<ServerId> {
  return await after(cloud, shelve)
}

async function after(cloud: FakeCloud, deed: Deed): Promise<ServerId> {
  const server = await running(cloud)
  await deed(cloud, server)
  await cloud.settled()
  return server
}

/** The host says what it has, and its guests are looked at, as happens every so often. */
export async function report(cloud: FakeCloud, name: string): Promise<void> {
  const host = name as HostName // a host of the row's cloud
  await registerHosts(cloud.cloud.ctx, [
    { name: host, kind: 'simulated', resources: ordinaryMachine },
  ])
  await cloud.cloud.loops.runNow('power states')
}

/** The guest does that by itself, or somebody at its host does it. */
export function setPower(cloud: FakeCloud, name: string, server: ServerId, to: PowerState): void {
  const host = name as HostName // a host of the row's cloud
  cloud.world.change((held) => {
    const body = held.body(host, server, 'guest')
    if (body !== null) held.put({ ...body, power: to })
  })
}

/** Lets somebody who is not a server hold a little of the host, so that among equals it is chosen last. */
export async function makeLast(cloud: FakeCloud, name: string): Promise<void> {
  await cloud.store.transaction(async (tx) => {
    const { providerId } = await hosts.get(tx, name as HostName) // a host of the row's cloud
    const amount = { provider: providerId, resourceClass: 'MEMORY_MB', amount: 1 }
    const somebody = { projectId: nobody as ProjectId, userId: nobody as UserId } // whom nobody is
    const holding = { consumer: randomUUID() as ConsumerId, amounts: [amount], ...somebody } // any id will do
    await replaceHoldings(
      tx,
      [{ ...holding, type: undefined, generation: null }],
      cloud.clock.now(),
    )
  })
  await cloud.store.settled()
}
