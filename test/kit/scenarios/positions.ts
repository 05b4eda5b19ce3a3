/** Positions from which operations are asked for, and the ends that many of them share. */
import * as power from '../../../src/app/servers/power.ts'
import * as resizing from '../../../src/app/servers/resize.ts'
import type { ServerId } from '../../../src/domain/ids.ts'
import type { FakeCloud } from '../../support/fake-cloud.ts'
import { tenant } from '../../support/cloud-deeds.ts'

export const small = { vcpus: 1, memoryMb: 512, diskGb: 1 }
export const large = { vcpus: 2, memoryMb: 2048, diskGb: 20 }

/** A server that runs on host1. */
export async function running(cloud: FakeCloud): Promise<ServerId> {
  return await cloud.boot(small, 'host1')
}

export async function stopped(cloud: FakeCloud): Promise<ServerId> {
  const server = await running(cloud)
  await power.stop(cloud.cloud.ctx, tenant, cloud.request(), server)
  await cloud.settled()
  return server
}

/** A server that waits on host2 for a decision about its resize. */
export async function resized(cloud: FakeCloud): Promise<ServerId> {
  const server = await running(cloud)
  await askResize(cloud, server)
  await cloud.settled()
  return server
}

export async function resizedWhileStopped(cloud: FakeCloud): Promise<ServerId> {
  const server = await stopped(cloud)
  await askResize(cloud, server)
  await cloud.settled()
  return server
}

/** A server in error on host2: its resize has failed there, and it was left. */
export async function left(cloud: FakeCloud): Promise<ServerId> {
  const server = await running(cloud)
  cloud.faults.replace({
    faults: [{ on: 'finish_migration', raise: 'VirtualInterfaceCreateException' }],
  })
  await askResize(cloud, server)
  await cloud.settled()
  return server
}

export async function askResize(cloud: FakeCloud, server: ServerId): Promise<void> {
  const flavorRef = await cloud.flavor(large)
  await resizing.resize(cloud.cloud.ctx, tenant, cloud.request(), server, { flavorRef })
}

export const untouched = here('ACTIVE', 'running')
export const off = here('SHUTOFF', 'shutdown')

/** A server that rests like this on host1, its guest doing that. */
export function here(status: string, guest: string): string {
  return `${status} on host1, 1 cores; move none; ${guest === '' ? 'no body' : `${guest} on host1`}`
}
