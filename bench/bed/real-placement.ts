/**
 * OpenStack's own Placement, as Debian packages it, on a database file of its own.
 *
 * It runs under the small server that its package brings, one request at a time: its processor time for a request is what it
 * would be under any server, its rate is that of one process.
 */
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { DatabaseSync } from 'node:sqlite'
import type { Berth } from './berth.ts'
import { carriedTraits, providerId, stocksOf } from './filling.ts'
import type { Fleet } from './filling.ts'
import { httpClient } from './http-client.ts'
import { cpuMs, residentMb } from './process-use.ts'

const program = '/usr/bin/placement-api'
const patienceMs = 60_000

export type RealPlacement = Omit<Berth, 'dataDir'>

/** Whether it is installed. */
export function hasPlacement(): boolean {
  return existsSync(program)
}

/** Starts it with the fleet in its database and waits until it answers. */
export async function startPlacement(dir: string, fleet: Fleet): Promise<RealPlacement> {
  const database = join(dir, 'placement.db')
  const config = join(dir, 'placement.conf')
  writeFileSync(
    config,
    `[api]\nauth_strategy = noauth2\n[placement_database]\nconnection = sqlite:///${database}\n`,
  )
  execFileSync('placement-manage', ['--config-file', config, 'db', 'sync'], { stdio: 'ignore' })
  const port = await freePort()
  const began = performance.now()
  const child = spawn(program, ['--host', '127.0.0.1', '--port', String(port)], {
    env: { PATH: '/usr/bin:/bin', OS_PLACEMENT_CONFIG_DIR: dir },
    stdio: 'ignore',
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const origin = `http://127.0.0.1:${port}`
  await answering(origin)
  const readyMs = performance.now() - began
  // It has written the standard traits and classes by now, which the fleet refers to.
  fillPlacement(database, fleet)
  const pid = child.pid ?? 0
  return {
    origin,
    pid,
    readyMs,
    cpuMs: () => cpuMs(pid),
    residentMb: () => residentMb(pid),
    stop: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}

async function answering(origin: string): Promise<void> {
  const http = httpClient(origin, 1)
  const until = performance.now() + patienceMs
  for (;;) {
    try {
      await http.ask('/')
      break
    } catch (thrown) {
      if (performance.now() > until) throw thrown
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  http.close()
}

/** What the API would write for the same providers, which takes it half a minute for a thousand. */
function fillPlacement(path: string, fleet: Fleet): void {
  const database = new DatabaseSync(path)
  const idOf = (table: string, name: string): number =>
    Number(database.prepare(`SELECT id FROM ${table} WHERE name = ?`).get(name)?.['id'])
  const provider = database.prepare(
    'INSERT INTO resource_providers (id, uuid, name, generation, root_provider_id) VALUES (?, ?, ?, 1, ?)',
  )
  const inventory = database.prepare(
    `INSERT INTO inventories (resource_provider_id, resource_class_id, total, reserved, min_unit, max_unit, step_size,
     allocation_ratio) VALUES (?, ?, ?, 0, 1, ?, 1, 1)`,
  )
  const trait = database.prepare(
    'INSERT INTO resource_provider_traits (trait_id, resource_provider_id) VALUES (?, ?)',
  )
  database.exec('BEGIN')
  for (let number = 1; number <= fleet.providers; number += 1) {
    provider.run(number, providerId(number - 1), `bench${number}`, number)
    for (const { resourceClass, total, maxUnit } of stocksOf(fleet)) {
      inventory.run(number, idOf('resource_classes', resourceClass), total, maxUnit)
    }
    for (const name of carriedTraits(number)) {
      const id = idOf('traits', name)
      // A Placement that is older than our list of traits does not know the newest.
      if (Number.isFinite(id)) trait.run(id, number)
    }
  }
  database.exec('COMMIT')
  database.close()
}

async function freePort(): Promise<number> {
  return await new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      // Listening on TCP has an address of this form.
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
