/**
 * Records of every API, written under load: each request is one transaction, and what it answered must be read for ever after.
 *
 * A record is made, given other values some times, and mostly removed in the end. A new kind is one entry here.
 */
import { randomUUID } from 'node:crypto'
import { pick } from './acts.ts'
import type { Body, Client, Reply } from './client.ts'
import { textIn } from './ledger.ts'
import type { FactNote } from './ledger.ts'
import type { Life } from './lives.ts'
import { pause } from './lives.ts'

type Given = { readonly id: string; readonly value: string; readonly seen: Body }

type Kind = {
  /** Where it is made, and what is sent; the value comes back from it. */
  readonly make: (value: string, context: Context) => readonly [string, object]
  /** The id in the answer, unless its name is its id. */
  readonly id: (body: Body) => unknown
  readonly path: (id: string, client: Client) => string
  readonly read: (body: Body) => unknown
  /** Null where it cannot be changed. */
  readonly change: ((given: Given) => readonly [method: string, body: object]) | null
}

type Context = { readonly client: Client; readonly networkId: string }

const kinds: Readonly<Record<string, Kind>> = {
  provider: {
    make: (name) => ['/placement/resource_providers', { name }],
    id: (body) => body['uuid'],
    path: (id) => `/placement/resource_providers/${id}`,
    read: (body) => body['name'],
    change: ({ value: name }) => ['PUT', { name }],
  },
  flavor: {
    make: (description) => {
      const name = `crash-${randomUUID()}`
      return ['/compute/v2.1/flavors', { flavor: { name, ram: 1, vcpus: 1, disk: 0, description } }]
    },
    id: (body) => body['flavor']?.['id'],
    path: (id) => `/compute/v2.1/flavors/${id}`,
    read: (body) => body['flavor']?.['description'],
    change: ({ value: description }) => ['PUT', { flavor: { description } }],
  },
  aggregate: {
    make: (name) => ['/compute/v2.1/os-aggregates', { aggregate: { name } }],
    id: (body) => body['aggregate']?.['id'],
    path: (id) => `/compute/v2.1/os-aggregates/${id}`,
    read: (body) => body['aggregate']?.['name'],
    change: ({ value: name }) => ['PUT', { aggregate: { name } }],
  },
  'server group': {
    make: (name) => [
      '/compute/v2.1/os-server-groups',
      { server_group: { name, policy: 'soft-affinity' } },
    ],
    id: (body) => body['server_group']?.['id'],
    path: (id) => `/compute/v2.1/os-server-groups/${id}`,
    read: (body) => body['server_group']?.['name'],
    change: null,
  },
  'key pair': {
    make: (name) => [
      '/compute/v2.1/os-keypairs',
      { keypair: { name, type: 'ssh', public_key: publicKey } },
    ],
    id: (body) => body['keypair']?.['name'],
    path: (id) => `/compute/v2.1/os-keypairs/${id}`,
    read: (body) => body['keypair']?.['name'],
    change: null,
  },
  network: {
    make: (name) => ['/network/v2.0/networks', { network: { name } }],
    id: (body) => body['network']?.['id'],
    path: (id) => `/network/v2.0/networks/${id}`,
    read: (body) => body['network']?.['name'],
    change: ({ value: name }) => ['PUT', { network: { name } }],
  },
  port: {
    make: (name, { networkId }) => [
      '/network/v2.0/ports',
      { port: { name, network_id: networkId } },
    ],
    id: (body) => body['port']?.['id'],
    path: (id) => `/network/v2.0/ports/${id}`,
    read: (body) => body['port']?.['name'],
    change: ({ value: name }) => ['PUT', { port: { name } }],
  },
  image: {
    make: (name) => ['/image/v2/images', { name, disk_format: 'raw', container_format: 'bare' }],
    id: (body) => body['id'],
    path: (id) => `/image/v2/images/${id}`,
    read: (body) => body['name'],
    change: null,
  },
  volume: {
    make: (name, { client }) => [
      `/volume/v3/${client.projectId}/volumes`,
      { volume: { size: 1, name } },
    ],
    id: (body) => body['volume']?.['id'],
    path: (id, client) => `/volume/v3/${client.projectId}/volumes/${id}`,
    read: (body) => body['volume']?.['name'],
    change: ({ value: name }) => ['PUT', { volume: { name } }],
  },
  project: {
    make: (name) => ['/identity/v3/projects', { project: { name } }],
    id: (body) => body['project']?.['id'],
    path: (id) => `/identity/v3/projects/${id}`,
    read: (body) => body['project']?.['name'],
    change: ({ value: name }) => ['PATCH', { project: { name } }],
  },
}

const publicKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1nqD1YQ2lYp1m2Y3m5cXyq6m1Vq8bQk0s0b2rT1x2y'

/** The life of one record. False as soon as nobody answers. */
export async function liveRecord(life: Life): Promise<boolean> {
  const { client, ledger, random } = life
  const networks = await client.ask('GET', '/network/v2.0/networks?name=private')
  if (networks === null) return false
  const networkId = textIn(networks.body['networks']?.['0']?.['id'])
  const [what, kind] = pick(random, Object.entries(kinds))
  const value = newValue()
  const [where, body] = kind.make(value, { client, networkId })
  const made = ledger.note(`create ${what}`, await client.ask('POST', where, body))
  if (made === null) return false
  if (made.status >= 300) return await pause()
  const id = textIn(kind.id(made.body))
  const path = kind.path(id, client)
  const fact: FactNote = { what: `${what} ${id}`, path, read: kind.read, is: value, inDoubt: null }
  ledger.facts.push(fact)
  for (let left = random.below(3); left > 0 && kind.change !== null; left -= 1) {
    const seen = await client.ask('GET', path)
    if (seen === null) return false
    const wish = newValue()
    const [method, change] = kind.change({ id, value: wish, seen: seen.body })
    const write = async (): Promise<Reply | null> => await client.ask(method, path, change)
    if (!(await written(life, fact, { what: `change ${what}`, value: wish, write }))) return false
  }
  if (random.below(3) === 0) return await pause()
  const write = async (): Promise<Reply | null> => await client.ask('DELETE', path)
  return await written(life, fact, { what: `delete ${what}`, value: null, write })
}

/** Of records that there always are. */
export async function changeLimits(life: Life): Promise<boolean> {
  const { client, ledger, random } = life
  const path = `/compute/v2.1/os-quota-sets/${client.projectId}`
  const read = (body: Body): unknown => body['quota_set']?.['metadata_items']
  const known = ledger.facts.find((each) => each.path === path)
  const fact = known ?? { what: 'limits', path, read, is: '128', inDoubt: null }
  if (known === undefined) ledger.facts.push(fact)
  const limit = 128 + random.below(1000)
  const body = { quota_set: { metadata_items: limit } }
  const write = async (): Promise<Reply | null> => await client.ask('PUT', path, body)
  return await written(life, fact, { what: 'limits', value: String(limit), write })
}

/** Writes, and notes what is known and what is in doubt. False when nobody answers. */
async function written(
  { ledger }: Life,
  fact: FactNote,
  {
    what,
    value,
    write,
  }: {
    readonly what: string
    readonly value: string | null
    readonly write: () => Promise<Reply | null>
  },
): Promise<boolean> {
  fact.inDoubt = { value }
  const reply = ledger.note(what, await write())
  if (reply === null) return false
  fact.inDoubt = null
  if (reply.status < 300) fact.is = value
  return await pause()
}

/** A value that no other record has. */
function newValue(): string {
  return `crash-${randomUUID()}`
}

/** Whoever is to be sure that a record is not there any more asks for it. */
export async function readFact(client: Client, fact: FactNote): Promise<string | null> {
  const reply = await client.ask('GET', fact.path)
  if (reply?.status === 404) return null
  if (reply?.status !== 200) return `answered with ${reply?.status}`
  return textIn(fact.read(reply.body))
}
