import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import type { HostName, ServerId } from '../../domain/ids.ts'
import { standardTraits } from '../../domain/placement/standard-traits.ts'
import { seededIds } from '../../lib/ids.ts'
import { problem } from '../../lib/problem.ts'
import { seededRandom } from '../../lib/random.ts'
import { virtualClock } from '../../lib/virtual-clock.ts'
import type { VirtualClock } from '../../lib/virtual-clock.ts'
import { assertScene, id, image, sidesOf, the } from '../driver.testbench.ts'
import type { Bench } from '../driver.testbench.ts'
import { driverSuite } from '../driver.testsuite.ts'
import { verbNames } from '../verbs.ts'
import { simulatedDriver } from './driver.ts'
import type { Durations } from './driver.ts'
import { ordinaryMachine } from './machine.ts'
import { openWorld } from './world.ts'
import type { World } from './world.ts'

const [host1, host2] = ['host1', 'host2'] as [HostName, HostName]
const slow: Durations = Object.fromEntries(verbNames.map((verb) => [verb, 1000]))

function newWorld(path = ':memory:'): World & { readonly clock: VirtualClock } {
  const clock = virtualClock(Date.UTC(2030, 0, 1))
  return { ...openWorld({ path, clock, ids: seededIds(seededRandom(path)) }), clock }
}

function benchOn(
  world: World & { readonly clock: VirtualClock },
  durations: Durations = {},
): Bench {
  const driver = (host: HostName) => simulatedDriver({ world, host, durations })
  return {
    source: driver(host1),
    sourceHost: host1,
    destination: driver(host2),
    destinationHost: host2,
    during: async (work) => {
      // Moves time on from one alarm to the next until nobody waits any more.
      work.catch(() => {})
      while (await world.clock.next());
      return await work
    },
    close: () => world.close(),
  }
}

driverSuite('simulated hosts', async () => benchOn(newWorld()))
driverSuite('simulated hosts that take their time', async () => benchOn(newWorld(), slow))

const named = (server: string) => ({ ...the, server: server as ServerId })

async function temporaryFile(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-world-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return join(folder, 'world.db')
}

test('a verb that takes its time has its effect at the end, and none if it is given up', async (t) => {
  const world = newWorld()
  t.after(() => world.close())
  const { source } = benchOn(world, slow)
  const patience = new AbortController()

  const spawning = source.spawn(the, patience)
  await world.clock.advance(999)
  assert.deepEqual(world.guests(), [])
  await world.clock.advance(1)
  await spawning
  assert.equal(world.guests().length, 1)

  const destroying = source.destroy(id, patience)
  await world.clock.advance(999)
  patience.abort(problem('unavailable', 'enough'))
  await assert.rejects(destroying, /enough/)
  await world.clock.advance(1000)
  assert.equal(world.guests().length, 1)
})

test('a verb whose turn has passed while it waited has no effect', async (t) => {
  const world = newWorld()
  t.after(() => world.close())
  const { source } = benchOn(world, slow)
  const stale = problem('stale', 'somebody else has the turn')
  const spawning = source.spawn(the, {
    signal: new AbortController().signal,
    recheck: () => {
      throw stale
    },
  })
  spawning.catch(() => {})
  await world.clock.advance(1000)

  await assert.rejects(spawning, (thrown) => thrown === stale)
  assert.deepEqual(world.guests(), [])
})

for (const [steer, ending] of [
  ['liveMigrationForceComplete', 'source remains shutdown,destination guest running'],
  ['liveMigrationAbort', 'source guest running,destination incoming shutdown'],
] as const) {
  test(`${steer} ends a live move that is under way`, async (t) => {
    const world = newWorld()
    t.after(() => world.close())
    const quick = benchOn(world)
    const on = sidesOf(quick)
    await on.source.spawn(the)
    await on.destination.preLiveMigration(the)
    const source = simulatedDriver({ world, host: host1, durations: { liveMigration: 60_000 } })
    const patience = { signal: new AbortController().signal }

    const moving = source.liveMigration(id, host2, patience)
    await world.clock.advance(10)
    await source[steer](id, patience)
    if (steer === 'liveMigrationAbort') {
      await assert.rejects(moving, { details: { exception: 'LiveMigrationAborted', server: id } })
    } else await moving

    assert.equal(world.clock.now(), Date.UTC(2030, 0, 1) + 10)
    await assertScene(on, ...ending.split(','))
  })
}

test('what hosts hold is in a file of its own, whole, and there again after a restart', async (t) => {
  const path = await temporaryFile(t)
  const first = newWorld(path)
  const on = sidesOf(benchOn(first))
  await on.source.spawn(the)
  await on.source.snapshot(id, image)
  await on.source.migrateDiskAndPowerOff(id, host2)
  const [guests, images] = [first.guests(), first.images()]
  first.close()

  const second = newWorld(path)
  t.after(() => second.close())
  assert.deepEqual(second.guests(), guests)
  assert.deepEqual(second.images(), images)
  assert.deepEqual(
    guests.map(({ host, role }) => `${host} ${role}`),
    ['host1 source-copy', 'host2 incoming'],
  )
  assert.deepEqual(images, [
    {
      id: image,
      server: id,
      host: host1,
      diskGb: the.diskGb,
      diskGeneration: guests[0]?.diskGeneration,
      uploadedAt: Date.UTC(2030, 0, 1),
    },
  ])
})

test('two processes with one file see the same hosts, and neither loses a change of the other', async (t) => {
  const path = await temporaryFile(t)
  const [one, other] = [newWorld(path), newWorld(path)]
  t.after(() => [one, other].map((world) => world.close()))
  await sidesOf(benchOn(one)).source.spawn(the)
  await sidesOf(benchOn(other)).source.powerOff(id)

  assert.deepEqual(one.guests(), other.guests())
  assert.equal(one.guests()[0]?.power, 'shutdown')
})

test('a change that fails half way changes nothing', (t) => {
  const world = newWorld()
  t.after(() => world.close())
  assert.throws(
    () =>
      world.change((held) => {
        held.putImage({
          id: image,
          server: id,
          host: host1,
          diskGb: 1,
          diskGeneration: 'd',
          uploadedAt: 0,
        })
        throw new Error('half way')
      }),
    /half way/,
  )
  assert.deepEqual(world.images(), [])
})

test('a machine that loses power keeps disks, source copies and suspended guests, and nothing runs', async (t) => {
  const world = newWorld()
  t.after(() => world.close())
  const { source, destination } = sidesOf(benchOn(world))
  for (const server of ['a', 'b', 'c']) await source.spawn(named(server))
  await source.pause(named('b').server)
  await source.suspend(named('c').server)
  await destination.spawn(named('d'))
  const disks = world.guests().map((guest) => guest.diskGeneration)

  world.losePower(host1)

  assert.deepEqual(
    world.guests().map(({ server, power }) => `${server} ${power}`),
    ['a shutdown', 'b shutdown', 'c suspended', 'd running'],
  )
  assert.deepEqual(
    world.guests().map((guest) => guest.diskGeneration),
    disks,
  )
})

test('clearing the world wipes every host', async (t) => {
  const world = newWorld()
  t.after(() => world.close())
  const { source } = sidesOf(benchOn(world))
  await source.spawn(the)
  await source.snapshot(id, image)
  world.clear()
  assert.deepEqual([world.guests(), world.images()], [[], []])
})

test('a file that is no world, or one from the future, is refused in one sentence', async (t) => {
  const path = await temporaryFile(t)
  const world = newWorld(path)
  world.database.exec('PRAGMA user_version = 99')
  world.close()
  assert.throws(() => newWorld(path), { kind: 'invalid', message: /newer version/ })

  const other = newWorld(`${path}-other`)
  other.database.exec('PRAGMA application_id = 7')
  other.close()
  assert.throws(() => newWorld(`${path}-other`), { kind: 'invalid', message: /another kind/ })

  assert.throws(() => newWorld(join(path, 'nowhere', 'world.db')), { kind: 'invalid' })
})

test('the console shows the boot of this very server', async (t) => {
  const world = newWorld()
  t.after(() => world.close())
  const { source } = sidesOf(benchOn(world))
  await source.spawn(the)
  const running = await source.getConsoleOutput(id)
  assert.match(running, /^\[[^\]]+\] Booting web\n/)
  assert.match(running, /eth0: fa:16:3e:00:00:01, 10\.0\.0\.7\n/)
  assert.match(running, /web login: $/)
  await source.powerOff(id)
  assert.match(await source.getConsoleOutput(id), /Power down\n$/)
})

test('the console tells of every boot of the disk, also after it has moved', async (t) => {
  const world = newWorld()
  t.after(() => world.close())
  const bench = benchOn(world)
  const { source, destination } = sidesOf(bench)
  const told = async (on: typeof source): Promise<readonly string[]> =>
    (await on.getConsoleOutput(id))
      .split('\n')
      .filter((line) => line.startsWith('['))
      .map((line) => line.replace(/^\[[^\]]+\] /, ''))
  await source.spawn(the)
  await source.spawn(the)
  assert.deepEqual(await told(source), ['Booting web'])
  await source.reboot(the, 'SOFT')
  await source.pause(id)
  await source.unpause(id)
  await source.triggerCrashDump(id)
  await source.rescue(the, null)
  await source.unrescue(the)
  const before = [
    'Booting web',
    'Booting web',
    'NMI received, memory dumped to /var/crash',
    'Booting web',
    'Booting a rescue system for web',
    'Booting web',
  ]
  assert.deepEqual(await told(source), before)
  const disk = await source.migrateDiskAndPowerOff(id, bench.destinationHost)
  await destination.finishMigration(the, disk, { powerOn: true })
  assert.deepEqual(await told(destination), [...before, 'Power down', 'Booting web'])
})

test('a console keeps the newest boots, and no more than fit', async (t) => {
  const world = newWorld()
  t.after(() => world.close())
  const { source } = sidesOf(benchOn(world))
  await source.spawn(the)
  for (let n = 0; n < 50; n += 1) await source.reboot(the, 'HARD')
  const text = await source.getConsoleOutput(id)
  assert.equal(text.match(/Booting web/g)?.length, 20)
})

test('the traits of a simulated host are standard ones', () => {
  const known: ReadonlySet<string> = new Set(standardTraits)
  assert.deepEqual(
    ordinaryMachine.traits.filter((trait) => !known.has(trait)),
    [],
  )
})
