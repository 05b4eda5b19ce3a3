/** What the database of a cloud says, as tests ask for it: by names, and of one server at a time. */
import assert from 'node:assert/strict'
import type { RequestContext } from '../../src/app/context.ts'
import type { ServerId } from '../../src/domain/ids.ts'
import type { ActionRecord, Fault, Migration, Server } from '../../src/domain/server.ts'
import { statusOf } from '../../src/domain/states.ts'
import type { ServerStatus } from '../../src/domain/states.ts'
import * as actions from '../../src/store/compute/actions.ts'
import * as faults from '../../src/store/compute/faults.ts'
import * as hosts from '../../src/store/compute/hosts.ts'
import * as migrations from '../../src/store/compute/migrations.ts'
import * as servers from '../../src/store/compute/servers.ts'
import * as holdings from '../../src/store/placement/holdings.ts'
import type { Store } from '../../src/store/store.ts'

/** What one holder holds on one host: amounts by resource class. */
export type Held = Readonly<Record<string, number>>

export class CloudRecords {
  readonly store: Store

  constructor(store: Store) {
    this.store = store
  }

  async underWay(): Promise<readonly { id: string; subject: string; name: string }[]> {
    return await this.store.read(
      async (reader) =>
        await reader
          .selectFrom('sagas')
          .select(['id', 'subject', 'name'])
          .where('active', '=', 1)
          .execute(),
    )
  }

  async server(id: ServerId): Promise<Server> {
    const server = await this.store.read(async (reader) => await servers.find(reader, id))
    assert(server !== null, 'the server exists')
    return server
  }

  async status(id: ServerId): Promise<ServerStatus> {
    const server = await this.server(id)
    return statusOf(server.vmState, server.taskState)
  }

  async fault(id: ServerId): Promise<Fault | null> {
    const found = await this.store.read(async (reader) => await faults.newestOf(reader, [id]))
    return found.get(id) ?? null
  }

  /** Every migration of the server, oldest first. */
  async migrations(id: ServerId): Promise<readonly Migration[]> {
    return await this.store.read(async (reader) => {
      const rows = reader.selectFrom('migrations').selectAll().where('server_id', '=', id)
      return (await rows.orderBy('number').execute()).map(migrations.toMigration)
    })
  }

  async openMigration(id: ServerId): Promise<Migration | null> {
    return await this.store.read(async (reader) => await migrations.openOf(reader, id))
  }

  async action(id: ServerId, request: RequestContext): Promise<ActionRecord> {
    const found = await this.store.read(
      async (reader) => await actions.find(reader, id, request.requestId),
    )
    assert(found !== null, 'the action exists')
    return found
  }

  /** What a server or a migration holds, by host. */
  async held(holder: string): Promise<Readonly<Record<string, Held>>> {
    return await this.store.read(async (reader) => {
      const names = new Map(
        (await hosts.list(reader)).map((host) => [host.providerId as string, host.name as string]),
      )
      const held: Record<string, Record<string, number>> = {}
      for (const { provider, resourceClass, amount } of await holdings.heldBy(reader, holder)) {
        const host = names.get(provider) ?? provider
        held[host] = { ...held[host], [resourceClass]: amount }
      }
      return held
    })
  }

  /** What is in use on a host in sum, without classes of which nothing is. */
  async used(host: string): Promise<Held> {
    return await this.store.read(async (reader) => {
      const rows = await reader
        .selectFrom('inventories')
        .innerJoin('providers', 'providers.number', 'inventories.provider')
        .innerJoin('resource_classes', 'resource_classes.number', 'inventories.class')
        .select(['resource_classes.name', 'used'])
        .where('providers.name', '=', host)
        .where('used', '>', 0)
        .execute()
      return Object.fromEntries(rows.map(({ name, used }) => [name, used]))
    })
  }
}
