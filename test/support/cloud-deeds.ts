/**
 * What tests do to a cloud: ask for servers, and for everything that can be done to one, as its tenant or as an admin.
 *
 * Each waits until what it began is over, unless it says otherwise.
 */
import assert from 'node:assert/strict'
import { plainWish } from '../../src/rehearsal/wishes.ts'
import type { Cloud } from '../../src/app/cloud.ts'
import type { RequestContext } from '../../src/app/context.ts'
import * as creating from '../../src/app/servers/create.ts'
import * as deleting from '../../src/app/servers/delete.ts'
import * as power from '../../src/app/servers/power.ts'
import * as resizing from '../../src/app/servers/resize.ts'
import { withImplied } from '../../src/domain/identity.ts'
import type { Identity } from '../../src/domain/identity.ts'
import type { FlavorId, ProjectId, ServerId, UserId } from '../../src/domain/ids.ts'
import type { Clock } from '../../src/lib/clock.ts'
import * as changes from '../../src/store/changes.ts'
import * as flavors from '../../src/store/compute/flavors.ts'
import { CloudRecords } from './cloud-records.ts'
import type { Held } from './cloud-records.ts'

export type Size = { readonly vcpus?: number; readonly memoryMb?: number; readonly diskGb?: number }
export const tenant: Identity = {
  userId: 'user-1' as UserId,
  userName: 'tenant',
  projectId: 'project-1' as ProjectId,
  systemScoped: false,
  roles: withImplied(['member']),
}

export const admin: Identity = { ...tenant, userName: 'admin', roles: withImplied(['admin']) }

export abstract class CloudDeeds extends CloudRecords {
  abstract readonly clock: Clock
  /** The networks of servers that do not say. */
  protected abstract readonly networks: creating.CreateWish['networks']
  #requests = 0

  abstract get cloud(): Cloud

  /** Waits until no operation owns the server, or nothing at all is under way. */
  abstract settled(id?: ServerId): Promise<void>

  /** A flavor of this size, made when it is first asked for. */
  async flavor(size: Size): Promise<FlavorId> {
    const { vcpus = 1, memoryMb = 512, diskGb = 1 } = size
    const id = `f-${vcpus}-${memoryMb}-${diskGb}` as FlavorId
    await this.store.transaction(async (tx) => {
      if ((await flavors.find(tx, id)) !== null) return
      const rest = { ephemeralGb: 0, swapMb: 0, rxtxFactor: 1, isPublic: true, disabled: false }
      const flavor = { id, name: id, vcpus, memoryMb, diskGb, ...rest }
      await flavors.insert(tx, { ...flavor, description: null, extraSpecs: {} }, this.clock.now())
    })
    return id
  }

  /** Reserves a little of the host, so that among equals it is chosen last. */
  async chooseLast(host: string): Promise<void> {
    await this.store.transaction(async (tx) => {
      const provider = await tx
        .selectFrom('providers')
        .select(['number', 'id'])
        .where('name', '=', host)
        .executeTakeFirstOrThrow()
      await tx
        .updateTable('inventories')
        .set({ reserved: 1 })
        .where('provider', '=', provider.number)
        .execute()
      const at = this.clock.now()
      await changes.record(tx, { topic: 'provider', key: provider.id, data: { what: 'stock' }, at })
    })
    await this.store.settled()
  }

  get requests(): number {
    return this.#requests
  }

  request(): RequestContext {
    this.#requests += 1
    return { requestId: `req-${this.#requests}`, globalRequestId: null }
  }

  /** Asks for a server and does not wait. */
  async create(
    size: Size = {},
    wish: Partial<creating.CreateWish> = {},
    who: Identity = tenant,
  ): Promise<ServerId> {
    const made = await creating.create(this.cloud.ctx, who, this.request(), {
      ...plainWish,
      imageRef: null,
      flavorRef: await this.flavor(size),
      networks: this.networks,
      ...wish,
    })
    const [server] = made.servers
    assert(server !== undefined)
    return server.id
  }

  /** A server that has been built, or has failed to be. */
  async boot(size: Size = {}, on?: string): Promise<ServerId> {
    const id = await this.create(size, on === undefined ? {} : { host: on }, admin)
    await this.settled(id)
    return id
  }

  async resize(
    id: ServerId,
    size: Size,
    options: { readonly policy?: 'leave' | 'rollback' } = {},
  ): Promise<RequestContext> {
    const flavorRef = await this.flavor(size)
    const request = this.request()
    await resizing.resize(this.cloud.ctx, tenant, request, id, { flavorRef, ...options })
    await this.settled(id)
    return request
  }

  async migrate(id: ServerId, host: string | null = null): Promise<void> {
    await resizing.migrate(this.cloud.ctx, admin, this.request(), id, { host })
    await this.settled(id)
  }

  async confirm(id: ServerId): Promise<void> {
    await resizing.confirmResize(this.cloud.ctx, tenant, this.request(), id)
    await this.settled(id)
  }

  async revert(id: ServerId): Promise<void> {
    await resizing.revertResize(this.cloud.ctx, tenant, this.request(), id)
    await this.settled(id)
  }

  async stop(id: ServerId): Promise<void> {
    await power.stop(this.cloud.ctx, tenant, this.request(), id)
    await this.settled(id)
  }

  async startServer(id: ServerId): Promise<void> {
    await power.start(this.cloud.ctx, tenant, this.request(), id)
    await this.settled(id)
  }

  async reboot(id: ServerId, type: 'SOFT' | 'HARD' = 'HARD'): Promise<void> {
    await power.reboot(this.cloud.ctx, tenant, this.request(), id, type)
    await this.settled(id)
  }

  async delete(id: ServerId): Promise<void> {
    await deleting.remove(this.cloud.ctx, tenant, this.request(), id)
    await this.settled(id)
  }
}

/** What a flavor of this size holds. */
export function amountsOf(size: Size): Held {
  const { vcpus = 1, memoryMb = 512, diskGb = 1 } = size
  return { VCPU: vcpus, MEMORY_MB: memoryMb, DISK_GB: diskGb }
}
