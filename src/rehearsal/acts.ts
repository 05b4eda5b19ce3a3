/** What a scene asks of the cloud, by name: each begins one thing on the server of the scene, and waits for nothing. */
import { auditRecords } from '../app/audit/audit.ts'
import { findingsOf } from '../app/audit/findings.ts'
import { beginHeals, listHeals, takeBack } from '../app/audit/heals.ts'
import * as creating from '../app/servers/create.ts'
import { remove } from '../app/servers/delete.ts'
import { evacuate } from '../app/servers/evacuate.ts'
import { attachInterface, detachInterface } from '../app/servers/interfaces.ts'
import { injectNetworkInfo, triggerCrashDump } from '../app/servers/interruptions.ts'
import { forceComplete, liveMigrate } from '../app/servers/live-migrate.ts'
import { changePassword } from '../app/servers/password.ts'
import { pause, resume, suspend, unpause } from '../app/servers/pause.ts'
import { reboot, start, stop } from '../app/servers/power.ts'
import { rebuild } from '../app/servers/rebuild.ts'
import { rescue, unrescue } from '../app/servers/rescue.ts'
import { confirmResize, migrate, resize, revertResize } from '../app/servers/resize.ts'
import { shelve, shelveOffload, unshelve } from '../app/servers/shelve.ts'
import { createImage } from '../app/servers/snapshot.ts'
import { restore } from '../app/servers/soft-delete.ts'
import { openOf } from '../store/compute/migrations.ts'
import * as records from '../store/compute/servers.ts'
import { portsOfServer } from '../store/network/ports.ts'
import { assert } from '../lib/problem.ts'
import { cacheImages, cachingSubject } from '../operations/cache-images.ts'
import { destination, imageId, large, operator, small, source, tenant } from './props.ts'
import type { Stage } from './stage.ts'
import { volumeActs } from './volume-acts.ts'
import { plainWish } from './wishes.ts'

export type ActName = keyof typeof acts

type Act = (stage: Stage) => Promise<unknown>

export const acts = {
  ...volumeActs,
  boot: async (stage) => {
    const { servers } = await creating.create(stage.cloud.ctx, operator, stage.request(), {
      ...plainWish,
      imageRef: imageId,
      flavorRef: small.id,
      host: source,
    })
    const [made] = servers
    assert(made !== undefined, 'one server is made')
    stage.server = made.id
  },
  attachInterface: async (stage) => {
    const wish = { networkId: null, portId: null, address: null, tag: null }
    await attachInterface(stage.cloud.ctx, tenant, stage.request(), stage.subject, wish)
  },
  cacheImages: async (stage) =>
    await stage.store.transaction(async (tx) => {
      const params = { host: source, images: [imageId] }
      const subject = cachingSubject(source, 'rehearsal')
      await stage.cloud.ctx.start(tx, cacheImages, { subject, params })
    }),
  changePassword: async (stage) =>
    await changePassword(stage.cloud.ctx, tenant, stage.request(), stage.subject, 'a new one'),
  confirmResize: async (stage) =>
    await confirmResize(stage.cloud.ctx, tenant, stage.request(), stage.subject),
  delete: async (stage) => await remove(stage.cloud.ctx, tenant, stage.request(), stage.subject),
  detachInterface: async (stage) => {
    const [port] = await stage.store.read(
      async (reader) => await portsOfServer(reader, stage.subject),
    )
    assert(port !== undefined, 'the server has a port')
    await detachInterface(stage.cloud.ctx, tenant, stage.request(), stage.subject, port.id)
  },
  evacuate: async (stage) =>
    await evacuate(stage.cloud.ctx, operator, stage.request(), stage.subject, {
      host: null,
      leavesStopped: false,
    }),
  forceComplete: async (stage) => {
    const moving = async () =>
      await stage.store.read(async (reader) => await openOf(reader, stage.subject))
    let move = await moving()
    for (let tries = 0; move?.status !== 'running' && tries < 100; tries += 1) {
      await stage.clock.settle()
      move = await moving()
    }
    assert(move !== null, 'the server is moving')
    await forceComplete(
      stage.cloud.ctx,
      operator,
      stage.request(),
      stage.subject,
      String(move.number),
    )
  },
  /** The host of the server loses its power: nothing runs there any more. */
  hostDies: async (stage) => {
    stage.hosts.crash(source)
    stage.world.change((held) => {
      const body = held.body(source, stage.subject, 'guest')
      if (body !== null) held.put({ ...body, power: 'shutdown' })
    })
  },
  hostReturns: async (stage) => {
    stage.hosts.restart(source)
    await stage.cloud.loops.runNow('returned hosts')
  },
  /** Heals whatever the audit finds. */
  heal: async (stage) => {
    const listing = new Map(
      stage.hosts.names().map((host) => [host, stage.world.guests(host)] as const),
    )
    const found = await findingsOf(stage.store, await auditRecords(stage, listing), new Map())
    const [begun] = await beginHeals(stage.cloud.healing, found, operator)
    assert(begun !== undefined, 'there is something to heal')
  },
  injectNetwork: async (stage) =>
    await injectNetworkInfo(stage.cloud.ctx, operator, stage.request(), stage.subject),
  liveMigrate: async (stage) =>
    await liveMigrate(stage.cloud.ctx, operator, stage.request(), stage.subject, {
      host: destination,
      blockMigration: null,
    }),
  migrate: async (stage) =>
    await migrate(stage.cloud.ctx, operator, stage.request(), stage.subject, { host: destination }),
  pause: async (stage) => await pause(stage.cloud.ctx, tenant, stage.request(), stage.subject),
  reboot: async (stage) =>
    await reboot(stage.cloud.ctx, tenant, stage.request(), stage.subject, 'HARD'),
  rebuild: async (stage) =>
    await rebuild(stage.cloud.ctx, tenant, stage.request(), stage.subject, { imageRef: imageId }),
  rescue: async (stage) =>
    await rescue(stage.cloud.ctx, tenant, stage.request(), stage.subject, {
      imageRef: null,
      adminPass: 'a password',
    }),
  resize: async (stage) =>
    await resize(stage.cloud.ctx, tenant, stage.request(), stage.subject, { flavorRef: large.id }),
  restore: async (stage) => await restore(stage.cloud.ctx, tenant, stage.request(), stage.subject),
  resume: async (stage) => await resume(stage.cloud.ctx, tenant, stage.request(), stage.subject),
  revertResize: async (stage) =>
    await revertResize(stage.cloud.ctx, tenant, stage.request(), stage.subject),
  shelve: async (stage) => await shelve(stage.cloud.ctx, tenant, stage.request(), stage.subject),
  shelveOffload: async (stage) =>
    await shelveOffload(stage.cloud.ctx, operator, stage.request(), stage.subject),
  snapshot: async (stage) =>
    await createImage(stage.cloud.ctx, tenant, stage.request(), stage.subject, {
      name: 'snapshot',
      metadata: {},
    }),
  start: async (stage) => await start(stage.cloud.ctx, tenant, stage.request(), stage.subject),
  stop: async (stage) => await stop(stage.cloud.ctx, tenant, stage.request(), stage.subject),
  /** A disk on the other host, as a move leaves it that was cut off by a power failure. */
  strayDisk: async (stage) => {
    stage.world.change((held) => {
      const body = held.body(source, stage.subject, 'guest')
      assert(body !== null, 'the server has a guest')
      held.put({ ...body, host: destination, role: 'incoming', power: 'shutdown' })
    })
  },
  /** A task of an operation that is no more, as a database leaves it that was put together from two backups. */
  strayTask: async (stage) =>
    await stage.store.transaction(async (tx) => {
      const server = await records.hold(tx, stage.subject)
      await records.change(tx, server, { taskState: 'rebooting' }, stage.clock.now())
    }),
  triggerCrashDump: async (stage) =>
    await triggerCrashDump(stage.cloud.ctx, tenant, stage.request(), stage.subject),
  undoHeal: async (stage) => {
    const [heal] = await listHeals(stage.cloud.healing, operator)
    assert(heal !== undefined, 'something was healed')
    await takeBack(stage.cloud.healing, operator, heal.id)
  },
  suspend: async (stage) => await suspend(stage.cloud.ctx, tenant, stage.request(), stage.subject),
  unpause: async (stage) => await unpause(stage.cloud.ctx, tenant, stage.request(), stage.subject),
  unrescue: async (stage) =>
    await unrescue(stage.cloud.ctx, tenant, stage.request(), stage.subject),
  unshelve: async (stage) =>
    await unshelve(stage.cloud.ctx, tenant, stage.request(), stage.subject, {}),
} as const satisfies Readonly<Record<string, Act>>
