/** Processes that share the world's file and are killed without warning, at whatever they are doing. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { systemClock } from '../../lib/clock.ts'
import { randomIds } from '../../lib/ids.ts'
import { openWorld } from './world.ts'

const load = fileURLToPath(new URL('./world.testload.ts', import.meta.url))

/** Every scene that lies between two changes of the load; host names are left out, as the guest goes both ways. */
const scenes: readonly string[] = [
  'guest running',
  'guest running, incoming shutdown',
  'guest running, remains shutdown',
  'incoming shutdown, source-copy shutdown',
  'guest running, source-copy shutdown',
]

test('killed at any moment, each of two processes leaves its guest whole and on one host', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'berth-world-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const path = join(folder, 'world.db')

  for (const roundsBefore of [0, 7, 25]) {
    const servers = ['server-a', 'server-b']
    await Promise.all(
      servers.map(async (server) => {
        const child = spawn(process.execPath, [load, path, server], {
          stdio: ['ignore', 'pipe', 'inherit'],
        })
        const exited = once(child, 'exit')
        for await (const line of createInterface(child.stdout)) {
          if (Number(line) >= roundsBefore) child.kill('SIGKILL')
        }
        assert.deepEqual((await exited)[1], 'SIGKILL')
      }),
    )

    const world = openWorld({ path, clock: systemClock, ids: randomIds })
    for (const server of servers) {
      const held = world.guests().filter((guest) => guest.server === server)
      const scene = held.map(({ role, power }) => `${role} ${power}`).toSorted()
      assert.ok(scenes.includes(scene.join(', ')), scene.join(', '))
      const disks = new Set(held.map((guest) => guest.diskGeneration).filter((disk) => disk !== ''))
      assert.equal(disks.size, 1)
    }
    world.clear()
    world.close()
  }
})
