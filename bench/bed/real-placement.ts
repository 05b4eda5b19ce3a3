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
import type { Berth } from './berth.ts'
import type { Fleet } from './fleet.ts'
import { fillPlacement } from './filling-placement.ts'
import { httpClient } from './http-client.ts'
import { cpuMs, residentMb } from './process-use.ts'

const program = '/usr/bin/placement-api'
const patienceMs = 60_000

/** Whether it is installed. */
export function hasPlacement(): boolean {
  return existsSync(program)
}

/** Makes a database with the fleet in it. Its own first start is part of that: it writes the standard traits and classes. */
export async function fillRealPlacement(dir: string, fleet: Fleet): Promise<void> {
  const database = join(dir, 'placement.db')
  const config = join(dir, 'placement.conf')
  writeFileSync(
    config,
    `[api]\nauth_strategy = noauth2\n[placement_database]\nconnection = sqlite:///${database}\n`,
  )
  execFileSync('placement-manage', ['--config-file', config, 'db', 'sync'], { stdio: 'ignore' })
  await (await startPlacement(dir)).stop()
  fillPlacement(database, fleet)
}

/** Starts it on its database and waits until it answers. */
export async function startPlacement(dir: string): Promise<Berth> {
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
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
  http.close()
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
