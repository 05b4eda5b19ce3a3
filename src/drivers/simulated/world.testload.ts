/**
 * A process that drives simulated hosts until it is killed: one guest goes to and fro between two hosts, live and cold in turn.
 * Takes the world's file and the server's id; says a line after each round.
 */
import type { HostName, ServerId } from '../../domain/ids.ts'
import { systemClock } from '../../lib/clock.ts'
import { randomIds } from '../../lib/ids.ts'
import { the } from '../driver.testbench.ts'
import { simulatedDriver } from './driver.ts'
import { openWorld } from './world.ts'

const [path = '', server = ''] = process.argv.slice(2)
const world = openWorld({ path, clock: systemClock, ids: randomIds })
// Names given by the test that started this.
const [here, there] = ['host1', 'host2'] as [HostName, HostName]
const guest = { ...the, server: server as ServerId }
const patience = { signal: new AbortController().signal }

const driver = (host: HostName) => simulatedDriver({ world, host })
await driver(here).spawn(guest, patience)

for (let round = 0; ; round += 1) {
  const [from, to] = round % 2 === 0 ? [here, there] : [there, here]
  const [source, destination] = [driver(from), driver(to)]
  if (round % 4 < 2) {
    await destination.preLiveMigration(guest, patience)
    await source.liveMigration(guest.server, to, patience)
    await source.postLiveMigrationAtSource(guest.server, patience)
  } else {
    const disk = await source.migrateDiskAndPowerOff(guest.server, to, patience)
    await destination.finishMigration(guest, disk, { powerOn: true }, patience)
    await source.confirmMigration(guest.server, patience)
  }
  process.stdout.write(`${round}\n`)
}
