/** Stories that cross verbs and hosts: what the operations rely on when a move goes wrong half way. */
import assert from 'node:assert/strict'
import {
  assertGuest,
  assertRaises,
  assertScene,
  bigger,
  diskOf,
  id,
  image,
  the,
} from './driver.testbench.ts'
import type { Bench, Sides } from './driver.testbench.ts'
import type { ImageId } from '../domain/ids.ts'

type OnBench = (title: string, work: (on: Sides, bench: Bench) => Promise<void>) => void

export function moveStories(onBench: OnBench): void {
  onBench(
    'a guest that is spawned twice keeps its disk, and one of another image gets a new one',
    async (on) => {
      await on.source.spawn(the)
      const disk = await diskOf(on.source)
      await on.source.powerOff(id)
      await on.source.spawn(bigger)
      assert.equal(await diskOf(on.source), disk)
      await assertGuest(on.source, bigger)
      await assertScene(on, 'source guest running')

      await on.source.spawn({ ...the, image: `${image}-other` as ImageId })
      assert.notEqual(await diskOf(on.source), disk)
    },
  )

  onBench('a server that is destroyed and spawned again has a new disk', async (on) => {
    await on.source.spawn(the)
    const disk = await diskOf(on.source)
    await on.source.destroy(id)
    await on.source.spawn(the)
    assert.notEqual(await diskOf(on.source), disk)
  })

  onBench('the disk survives everything that does not destroy it', async (on) => {
    const { source } = on
    await source.spawn(the)
    const disk = await diskOf(source)
    await source.pause(id)
    await source.unpause(id)
    await source.suspend(id)
    await source.resume(the)
    await source.rescue(the, image)
    await source.unrescue(the)
    await source.powerOff(id)
    await source.powerOn(the)
    await source.reboot(the, 'SOFT')
    await source.reboot(the, 'HARD')
    assert.equal(await diskOf(source), disk)
  })

  onBench(
    'a rescued guest that is powered on again, or rebooted hard, runs from its own disk',
    async ({ source }) => {
      await source.spawn(the)
      await source.rescue(the, image)
      await source.powerOff(id)
      await source.powerOn(the)
      assert.equal((await assertGuest(source, the)).rescued, false)
      await source.rescue(the, image)
      await source.reboot(the, 'HARD')
      assert.equal((await assertGuest(source, the)).rescued, false)
    },
  )

  onBench('a soft reboot does not make a missing guest again, a hard one does', async (on) => {
    await assertRaises(on.source.reboot(the, 'SOFT'), 'InstanceNotFound')
    await on.source.reboot(the, 'HARD')
    await assertGuest(on.source, the)
  })

  onBench(
    'a guest that is off cannot be paused, nor suspended, nor resumed',
    async ({ source }) => {
      await source.spawn(the)
      await source.powerOff(id)
      for (const turn of [
        () => source.pause(id),
        () => source.unpause(id),
        () => source.suspend(id),
        () => source.resume(the),
      ]) {
        await assert.rejects(turn, { kind: 'failed' })
      }
      assert.equal((await source.getInfo(id))?.power, 'shutdown')
    },
  )

  for (const powerOn of [true, false]) {
    const power = powerOn ? 'running' : 'shutdown'

    onBench(
      `a cold move that is confirmed ends ${power} on the destination`,
      async (on, { destinationHost }) => {
        await on.source.spawn(the)
        const before = await diskOf(on.source)
        if (!powerOn) await on.source.powerOff(id)
        const disk = await on.source.migrateDiskAndPowerOff(id, destinationHost)
        assert.equal(disk.power, power)
        await on.destination.finishMigration(bigger, disk, { powerOn })
        await on.source.confirmMigration(id)

        await assertScene(on, `destination guest ${power}`)
        assert.equal((await assertGuest(on.destination, bigger)).diskGeneration, before)
      },
    )

    onBench(
      `a cold move that is reverted ends ${power} on the source`,
      async (on, { destinationHost }) => {
        await on.source.spawn(the)
        const before = await diskOf(on.source)
        const disk = await on.source.migrateDiskAndPowerOff(id, destinationHost)
        await on.destination.finishMigration(bigger, disk, { powerOn: true })
        await on.destination.destroy(id)
        await on.source.finishRevertMigration(the, { powerOn })

        await assertScene(on, `source guest ${power}`)
        assert.equal((await assertGuest(on.source, the)).diskGeneration, before)
      },
    )
  }

  onBench(
    'the disk came over although the guest could not be started: a hard reboot finds it',
    async (on, { destinationHost }) => {
      await on.source.spawn(the)
      const before = await diskOf(on.source)
      await on.source.migrateDiskAndPowerOff(id, destinationHost)
      await on.source.confirmMigration(id)
      await on.destination.reboot(bigger, 'HARD')

      await assertScene(on, 'destination guest running')
      assert.equal((await assertGuest(on.destination, bigger)).diskGeneration, before)
    },
  )

  onBench(
    'a hard reboot on the source uses what the source kept',
    async (on, { destinationHost }) => {
      await on.source.spawn(the)
      const before = await diskOf(on.source)
      await on.source.migrateDiskAndPowerOff(id, destinationHost)
      await on.destination.destroy(id)
      await on.source.reboot(the, 'HARD')

      await assertScene(on, 'source guest running')
      assert.equal((await assertGuest(on.source, the)).diskGeneration, before)
    },
  )

  onBench(
    'a move is not finished with a disk that did not come in',
    async (on, { destinationHost }) => {
      await on.source.spawn(the)
      const disk = await on.source.migrateDiskAndPowerOff(id, destinationHost)
      await on.destination.destroy(id)
      await assertRaises(
        on.destination.finishMigration(the, disk, { powerOn: true }),
        'DiskNotFound',
      )
      // Asking the source again brings the disk over again: it is made so, whatever was there.
      await on.source.migrateDiskAndPowerOff(id, destinationHost)
      await on.destination.finishMigration(the, disk, { powerOn: true })
      await assertScene(on, 'source source-copy shutdown', 'destination guest running')
    },
  )

  onBench(
    'asking the source again after the guest has arrived leaves nothing behind',
    async (on, { destinationHost }) => {
      await on.source.spawn(the)
      const disk = await on.source.migrateDiskAndPowerOff(id, destinationHost)
      await on.destination.finishMigration(the, disk, { powerOn: true })
      await on.source.migrateDiskAndPowerOff(id, destinationHost)
      await assertScene(on, 'source source-copy shutdown', 'destination guest running')
    },
  )

  onBench('a revert without a source copy leaves the guest alone', async (on) => {
    await on.source.spawn(bigger)
    await on.source.powerOff(id)
    await on.source.finishRevertMigration(the, { powerOn: true })
    await assertScene(on, 'source guest shutdown')
    await assertGuest(on.source, bigger)
  })

  onBench(
    'a move from a host to itself keeps both until it is confirmed',
    async (on, { sourceHost }) => {
      await on.source.spawn(the)
      const before = await diskOf(on.source)
      const disk = await on.source.migrateDiskAndPowerOff(id, sourceHost)
      await assertScene(on, 'source source-copy shutdown', 'source incoming shutdown')
      await on.source.finishMigration(bigger, disk, { powerOn: true })
      assert.deepEqual(await on.source.migrateDiskAndPowerOff(id, sourceHost), disk)
      await assertScene(on, 'source source-copy shutdown', 'source guest running')
      await on.source.confirmMigration(id)

      await assertScene(on, 'source guest running')
      assert.equal((await assertGuest(on.source, bigger)).diskGeneration, before)
    },
  )

  onBench(
    'a move from a host to itself is taken back by the revert alone, at any point',
    async (on, { sourceHost }) => {
      await on.source.spawn(the)
      const before = await diskOf(on.source)
      for (const finished of [false, true]) {
        const disk = await on.source.migrateDiskAndPowerOff(id, sourceHost)
        if (finished) await on.source.finishMigration(bigger, disk, { powerOn: true })
        await on.source.finishRevertMigration(the, { powerOn: true })
        await assertScene(on, 'source guest running')
        assert.equal((await assertGuest(on.source, the)).diskGeneration, before)
      }
    },
  )

  onBench(
    'a move from a host to itself that could not be finished loses no disk when the source is cleaned',
    async (on, { sourceHost }) => {
      await on.source.spawn(the)
      const before = await diskOf(on.source)
      await on.source.migrateDiskAndPowerOff(id, sourceHost)
      await on.source.confirmMigration(id)
      await on.source.reboot(bigger, 'HARD')
      await assertScene(on, 'source guest running')
      assert.equal((await assertGuest(on.source, bigger)).diskGeneration, before)
    },
  )

  onBench('a live move takes the disk, the power and the ports along', async (on, bench) => {
    for (const power of ['running', 'paused']) {
      await on.source.spawn(the)
      const before = await diskOf(on.source)
      if (power === 'paused') await on.source.pause(id)
      await on.destination.checkCanLiveMigrateDestination(the, bench.sourceHost)
      await on.source.checkCanLiveMigrateSource(id, bench.destinationHost)
      await on.destination.preLiveMigration(the)
      await on.source.liveMigration(id, bench.destinationHost)
      await on.source.postLiveMigrationAtSource(id)
      await on.destination.postLiveMigrationAtDestination(the)

      await assertScene(on, `destination guest ${power}`)
      assert.equal((await assertGuest(on.destination, the)).diskGeneration, before)
      await on.destination.destroy(id)
    }
  })

  onBench(
    'a live move that cannot be leaves the guest where it is',
    async (on, { destinationHost }) => {
      await on.source.spawn(the)
      await assertRaises(on.source.liveMigration(id, destinationHost), 'MigrationError')
      await on.source.powerOff(id)
      await assertRaises(
        on.source.checkCanLiveMigrateSource(id, destinationHost),
        'MigrationPreCheckError',
      )
      await on.destination.preLiveMigration(the)
      await assertRaises(on.source.liveMigration(id, destinationHost), 'MigrationError')
      await on.destination.rollbackLiveMigrationAtDestination(id)
      await assertScene(on, 'source guest shutdown')
    },
  )

  onBench(
    'cleaning up on either side of a live move never takes the guest',
    async (on, { destinationHost }) => {
      await on.source.spawn(the)
      await on.destination.preLiveMigration(the)
      await on.source.postLiveMigrationAtSource(id)
      await assertScene(on, 'source guest running', 'destination incoming shutdown')
      await on.source.liveMigration(id, destinationHost)
      await on.destination.rollbackLiveMigrationAtDestination(id)
      await on.destination.preLiveMigration(the)
      await assertScene(on, 'source remains shutdown', 'destination guest running')
    },
  )

  onBench(
    'what is left of a live move is never used to start a guest again',
    async (on, { destinationHost }) => {
      await on.source.spawn(the)
      await on.destination.preLiveMigration(the)
      await on.source.liveMigration(id, destinationHost)
      await on.source.finishRevertMigration(the, { powerOn: true })
      await assertScene(on, 'source remains shutdown', 'destination guest running')
    },
  )
}
