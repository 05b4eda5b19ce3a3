/** What each verb of a driver makes so: a case for every verb, or it does not compile. */
import assert from 'node:assert/strict'
import {
  assertGuest,
  assertScene,
  bigger,
  diskOf,
  id,
  image,
  otherPort,
  port,
  the,
  anotherVolume,
  volume,
} from './driver.testbench.ts'
import type { Bench, Sides } from './driver.testbench.ts'
import type { Case } from './driver.testscenes.ts'
import { looking } from './driver.testlooks.ts'
import { gone, moved, nothing, off, running, unchanged } from './driver.testscenes.ts'
import type { Verb } from './virt-driver.ts'

const prepared = async (on: Sides): Promise<void> => {
  await running(on)
  await on.destination.preLiveMigration(the)
}
const switchedOver = async (on: Sides, { destinationHost }: Bench): Promise<void> => {
  await prepared(on)
  await on.source.liveMigration(id, destinationHost)
}
const guestIs =
  (power: string, rescued = false) =>
  async (on: Sides): Promise<void> => {
    await assertScene(on, `source guest ${power}`)
    assert.equal((await assertGuest(on.source, the)).rescued, rescued)
  }

export const cases: Readonly<Record<Verb, Case>> = {
  ...looking,

  cacheImages: {
    given: nothing,
    call: ({ source }) => source.cacheImages([image]),
    shows: gone,
  },
  triggerCrashDump: {
    given: running,
    call: ({ source }) => source.triggerCrashDump(id),
    shows: unchanged,
  },
  spawn: { given: nothing, call: ({ source }) => source.spawn(the), shows: unchanged },
  destroy: { given: running, call: ({ source }) => source.destroy(id), shows: gone },
  reboot: {
    given: off,
    call: ({ source }) => source.reboot(the, 'HARD'),
    shows: guestIs('running'),
  },
  powerOn: { given: off, call: ({ source }) => source.powerOn(the), shows: guestIs('running') },
  powerOff: {
    given: running,
    call: ({ source }) => source.powerOff(id),
    shows: guestIs('shutdown'),
  },
  pause: { given: running, call: ({ source }) => source.pause(id), shows: guestIs('paused') },
  unpause: {
    given: (on) => running(on).then(() => on.source.pause(id)),
    call: ({ source }) => source.unpause(id),
    shows: guestIs('running'),
  },
  suspend: {
    given: running,
    call: ({ source }) => source.suspend(id),
    shows: guestIs('suspended'),
  },
  resume: {
    given: (on) => running(on).then(() => on.source.suspend(id)),
    call: ({ source }) => source.resume(the),
    shows: guestIs('running'),
  },
  rescue: {
    given: running,
    call: ({ source }) => source.rescue(the, image),
    shows: guestIs('running', true),
  },
  unrescue: {
    given: (on) => running(on).then(() => on.source.rescue(the, null)),
    call: ({ source }) => source.unrescue(the),
    shows: guestIs('running'),
  },
  snapshot: { given: running, call: ({ source }) => source.snapshot(id, image), shows: unchanged },

  migrateDiskAndPowerOff: {
    given: running,
    call: ({ source }, { destinationHost }) => source.migrateDiskAndPowerOff(id, destinationHost),
    shows: async (on, { destinationHost }, answer) => {
      await assertScene(on, 'source source-copy shutdown', 'destination incoming shutdown')
      const [copy] = await on.source.listGuests()
      assert.deepEqual(copy?.plugged, [])
      assert.equal(await diskOf(on.destination, 'incoming'), copy?.diskGeneration)
      // The same answer for ever, and it says what the guest was doing before the first call.
      assert.deepEqual(await on.source.migrateDiskAndPowerOff(id, destinationHost), answer)
      assert.deepEqual(answer, {
        diskGb: 1,
        diskGeneration: copy?.diskGeneration,
        power: 'running',
      })
    },
  },
  finishMigration: {
    given: moved,
    call: async ({ destination }, { destinationHost }, patient) => {
      const disk = await patient.source.migrateDiskAndPowerOff(id, destinationHost)
      await destination.finishMigration(bigger, disk, { powerOn: true })
    },
    shows: async (on) => {
      await assertScene(on, 'source source-copy shutdown', 'destination guest running')
      const guest = await assertGuest(on.destination, bigger)
      assert.equal(guest.diskGeneration, await diskOf(on.source, 'source-copy'))
    },
  },
  confirmMigration: {
    given: moved,
    call: ({ source }) => source.confirmMigration(id),
    shows: (on) => assertScene(on, 'destination incoming shutdown'),
  },
  finishRevertMigration: {
    given: moved,
    call: ({ source }) => source.finishRevertMigration(the, { powerOn: true }),
    shows: async (on) => {
      await assertScene(on, 'source guest running', 'destination incoming shutdown')
      const guest = await assertGuest(on.source, the)
      assert.equal(guest.diskGeneration, await diskOf(on.destination, 'incoming'))
    },
  },

  checkCanLiveMigrateDestination: {
    given: running,
    call: ({ destination }, { sourceHost }) =>
      destination.checkCanLiveMigrateDestination(the, sourceHost),
    shows: unchanged,
  },
  checkCanLiveMigrateSource: {
    given: running,
    call: ({ source }, { destinationHost }) =>
      source.checkCanLiveMigrateSource(id, destinationHost),
    shows: unchanged,
  },
  preLiveMigration: {
    given: running,
    call: ({ destination }) => destination.preLiveMigration(the),
    shows: async (on) => {
      await assertScene(on, 'source guest running', 'destination incoming shutdown')
      assert.deepEqual((await on.destination.listGuests())[0]?.plugged, [port.id])
    },
  },
  liveMigration: {
    given: prepared,
    call: ({ source }, { destinationHost }) => source.liveMigration(id, destinationHost),
    shows: async (on) => {
      await assertScene(on, 'source remains shutdown', 'destination guest running')
      await assertGuest(on.destination, the)
    },
  },
  liveMigrationForceComplete: {
    given: running,
    call: ({ source }) => source.liveMigrationForceComplete(id),
    shows: unchanged,
  },
  liveMigrationAbort: {
    given: running,
    call: ({ source }) => source.liveMigrationAbort(id),
    shows: unchanged,
  },
  postLiveMigrationAtSource: {
    given: switchedOver,
    call: ({ source }) => source.postLiveMigrationAtSource(id),
    shows: (on) => assertScene(on, 'destination guest running'),
  },
  postLiveMigrationAtDestination: {
    given: switchedOver,
    call: ({ destination }) => destination.postLiveMigrationAtDestination(the),
    shows: async (on) => {
      await assertScene(on, 'source remains shutdown', 'destination guest running')
      await assertGuest(on.destination, the)
    },
  },
  rollbackLiveMigrationAtDestination: {
    given: prepared,
    call: ({ destination }) => destination.rollbackLiveMigrationAtDestination(id),
    shows: unchanged,
  },

  plugVifs: {
    given: (on) => running(on).then(() => on.source.unplugVifs(id)),
    call: ({ source }) => source.plugVifs(the),
    shows: unchanged,
  },
  unplugVifs: {
    given: running,
    call: ({ source }) => source.unplugVifs(id),
    shows: async ({ source }) => assert.deepEqual((await source.getInfo(id))?.plugged, []),
  },
  attachInterface: {
    given: running,
    call: ({ source }) => source.attachInterface(id, otherPort),
    shows: ({ source }) => assertGuest(source, { ...the, ports: [port, otherPort] }),
  },
  detachInterface: {
    given: (on) => running(on).then(() => on.source.attachInterface(id, otherPort)),
    call: ({ source }) => source.detachInterface(id, otherPort.id),
    shows: unchanged,
  },
  attachVolume: {
    given: running,
    call: ({ source }) => source.attachVolume(id, volume),
    shows: ({ source }) => assertGuest(source, { ...the, volumes: [volume] }),
  },
  detachVolume: {
    given: (on) => running(on).then(() => on.source.attachVolume(id, volume)),
    call: ({ source }) => source.detachVolume(id, volume.id),
    shows: unchanged,
  },
  swapVolume: {
    given: (on) => running(on).then(() => on.source.attachVolume(id, volume)),
    call: ({ source }) => source.swapVolume(id, volume.id, anotherVolume),
    shows: ({ source }) => assertGuest(source, { ...the, volumes: [anotherVolume] }),
  },
  setAdminPassword: {
    given: running,
    call: ({ source }) => source.setAdminPassword(id, 'not for the log'),
    shows: unchanged,
  },
}

/** Verbs that look at the host, or make or take away what need not be there; all others need a guest. */
export const needNoGuest: ReadonlySet<Verb> = new Set([
  'getAvailableResource',
  'listGuests',
  'getInfo',
  'cacheImages',
  'spawn',
  'destroy',
  'finishMigration',
  'confirmMigration',
  'finishRevertMigration',
  'checkCanLiveMigrateDestination',
  'preLiveMigration',
  'liveMigrationForceComplete',
  'liveMigrationAbort',
  'postLiveMigrationAtSource',
  'rollbackLiveMigrationAtDestination',
  'unplugVifs',
  'detachInterface',
  'detachVolume',
  // A hard reboot makes a missing guest again; the soft one is told apart in a story of its own.
  'reboot',
])
