/** A network for tests, on which servers can have ports. */
import { seedNetwork } from '../../src/app/network/seed.ts'
import type { NetworkId, PortId, ServerId } from '../../src/domain/ids.ts'
import { randomIds } from '../../src/lib/ids.ts'
import * as ports from '../../src/store/network/ports.ts'
import { tenant } from './cloud-deeds.ts'
import type { FakeCloud } from './fake-cloud.ts'

export async function network(cloud: FakeCloud): Promise<NetworkId> {
  const owner = tenant.projectId
  if (owner === null) throw new Error('the tenant has a project')
  const seeded = await cloud.store.transaction(
    async (tx) => await seedNetwork(tx, { ids: randomIds, at: 0, owner, projects: [owner] }),
  )
  return seeded.networkId
}

/** The server's ports, with the hosts they are bound to. */
export async function boundPorts(
  cloud: FakeCloud,
  id: ServerId,
): Promise<readonly { readonly id: PortId; readonly hosts: readonly string[] }[]> {
  const all = await cloud.store.read(async (reader) => await ports.portsOfServer(reader, id))
  return all.map((port) => ({ id: port.id, hosts: port.bindings.map(({ host }) => host) }))
}
