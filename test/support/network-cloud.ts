/** Identity and Network behind a real server, with the seeded shared network. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { networkService } from '../../src/api/network/service.ts'
import { byToken } from '../../src/app/identity/authenticate.ts'
import { seedNetwork } from '../../src/app/network/seed.ts'
import type { NetworkId, ProjectId } from '../../src/domain/ids.ts'
import { randomIds } from '../../src/lib/ids.ts'
import type { Store } from '../../src/store/store.ts'
import { openServices } from './services.ts'
import type { Answer, Ask, Services } from './services.ts'
import { openEmbedded } from './stores.ts'

export const v2 = '/network/v2.0'

export async function networkCloud(
  t: TestContext,
  store?: Store,
): Promise<Services & { readonly sharedId: string; readonly subnetId: string }> {
  let ids = { sharedId: '', subnetId: '' }
  const services = await openServices(t, store ?? (await openEmbedded(t)), {
    mounts: async (ctx, { projects }) => {
      const options = { ids: randomIds, at: 1, owner: projects.admin, projects: [projects.demo] }
      const made = await ctx.store.transaction(async (tx) => await seedNetwork(tx, options))
      ids = { sharedId: made.networkId, subnetId: made.subnetId }
      return [{ mount: '/network', service: networkService(ctx, byToken(ctx)) }]
    },
  })
  return { ...services, ...ids }
}

/** Makes a record and returns its view. */
export async function make(
  ask: Ask,
  path: string,
  name: string,
  fields: object,
): Promise<Answer['body']> {
  const answer = await ask('POST', `${v2}/${path}`, { body: { [name]: fields } })
  assert.equal(answer.status, 201, answer.text)
  return answer.body[name]
}

export async function makeNetwork(
  ask: Ask,
  cidr: string,
  fields: object = {},
): Promise<{ id: string; subnet: string }> {
  const { id } = await make(ask, 'networks', 'network', { name: 'n', ...fields })
  const subnet = await make(ask, 'subnets', 'subnet', { network_id: id, ip_version: 4, cidr })
  return { id, subnet: subnet.id }
}

/** What a refusal says: its status, and its type in the API's error form. */
export function refusal(answer: Answer): readonly [number, string] {
  return [answer.status, answer.body?.NeutronError?.type]
}

/** Adds a network with one subnet, whose gateway is its first address. For tests without HTTP. */
export async function addNetwork(
  store: Store,
  { owner, cidr }: { readonly owner: ProjectId; readonly cidr: string },
): Promise<NetworkId> {
  const network = { name: 'net1', cidr, gateway: cidr.replace(/\.0\/.*/, '.1') }
  const options = { ids: randomIds, at: 1, owner, projects: [], network }
  return (await store.transaction(async (tx) => await seedNetwork(tx, options))).networkId
}
