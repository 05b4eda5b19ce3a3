/** The command `berth` as a process of its own, in a directory of its own, against clouds in the process of the test. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { adminService } from '../../src/api/admin/service.ts'
import { openServer } from '../../src/api/http/server.ts'
import type { HttpServer, Mount } from '../../src/api/http/server.ts'
import { findingsOf } from '../../src/app/audit/findings.ts'
import type { Violation } from '../../src/app/audit/violation.ts'
import { writeClientFiles } from '../../src/app/credential-files.ts'
import { byFixedToken } from '../../src/app/identity/noauth.ts'
import { assemble } from '../../src/assembly.ts'
import { readConfig } from '../../src/config.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { randomIds } from '../../src/lib/ids.ts'
import { silentLog } from '../../src/lib/log.ts'
import { fakeCloud } from './fake-cloud.ts'
import type { FakeCloud, FakeCloudOptions } from './fake-cloud.ts'

const program = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts')

/** How it ended, and what it said. */
export type Ended = {
  readonly code: number | null
  readonly out: string
  readonly notes: string
}

export type Running = {
  /** Resolves with the first line of its output that is as wanted, be it said already or not yet. */
  line(isWanted: (line: string) => boolean): Promise<string>
  /** Asks it to stop, as Ctrl-C does. */
  interrupt(): void
  readonly ended: Promise<Ended>
}

/** What the audit of an operated cloud finds, where that is not what is wrong with it. */
type Audited = { readonly audit?: () => Promise<readonly Violation[]> }

export function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'berth-cli-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** Starts the command. It is nowhere near a cloud unless an argument says so. */
export function start(
  t: TestContext,
  args: readonly string[],
  { cwd = folder(t), input = '' }: { readonly cwd?: string; readonly input?: string } = {},
): Running {
  const child = spawn(process.execPath, [program, ...args], {
    cwd,
    env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] },
  })
  t.after(() => child.kill('SIGKILL'))
  child.stdin.end(input)
  let out = ''
  let notes = ''
  let more = Promise.withResolvers<void>()
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
    more.resolve()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => (notes += text))
  const ended = once(child, 'close').then(([code]) => {
    more.resolve()
    // Node gives the exit code first, or null.
    return { code: code as number | null, out, notes }
  })
  return {
    line: async (isWanted) => {
      for (;;) {
        const found = out.split('\n').slice(0, -1).find(isWanted)
        if (found !== undefined) return found
        if (child.exitCode !== null) throw new Error(`it ended without saying it: ${out}${notes}`)
        await more.promise
        more = Promise.withResolvers()
      }
    },
    interrupt: () => child.kill('SIGINT'),
    ended,
  }
}

export async function run(
  t: TestContext,
  args: readonly string[],
  options: { readonly cwd?: string; readonly input?: string } = {},
): Promise<Ended> {
  return await start(t, args, options).ended
}

export type OperatedCloud = {
  readonly cloud: FakeCloud
  /** What says to the command where this cloud is, and that an admin asks. */
  readonly access: readonly string[]
  /** Closes the port, and opens the same one again. */
  disconnect(): Promise<void>
  reconnect(): Promise<void>
}

/** A fake cloud with Berth's own API on a port. */
export async function operatedCloud(
  t: TestContext,
  { audit, ...options }: FakeCloudOptions & Audited = {},
): Promise<OperatedCloud> {
  const cloud = await fakeCloud(t, options)
  let closing = new AbortController()
  const open = async (port: number): Promise<HttpServer> => {
    closing = new AbortController()
    const service = adminService({
      ctx: cloud.cloud.ctx,
      authenticate: byFixedToken,
      simulation: {
        faults: cloud.faults,
        guestsOn: (host) => (cloud.hosts.names().includes(host) ? cloud.guests(host) : null),
      },
      audit: async () =>
        await findingsOf(cloud.store, await (audit?.() ?? cloud.audit()), new Map()),
      healing: cloud.cloud.healing,
      reset: null,
      closing: closing.signal,
    })
    return await listening([{ mount: '/berth/v1', service }], port)
  }
  let server = await open(0)
  const disconnect = async (): Promise<void> => {
    closing.abort()
    await server.close()
  }
  t.after(disconnect)
  return {
    cloud,
    access: ['--url', server.origin, '--token', 'admin'],
    disconnect,
    reconnect: async () => {
      server = await open(server.port)
    },
  }
}

/** A whole cloud with two hosts. Answers its data directory. */
export async function wholeCloud(t: TestContext): Promise<string> {
  const dataDir = join(folder(t), '.berth')
  mkdirSync(dataDir)
  const passwords = { admin: 'admin-secret', demo: 'demo-secret' }
  const config = readConfig(['--data-dir', dataDir, '--hosts', '2'], {})
  if (config === 'help') throw new Error('nobody asked for help')
  const assembly = await assemble({
    config,
    passwords,
    log: silentLog,
    profile: null,
    reset: null,
  })
  const server = await listening(assembly.services, 0)
  t.after(async () => {
    assembly.ending()
    await server.close()
    await assembly.close()
  })
  writeClientFiles(dataDir, server.origin, passwords)
  return dataDir
}

async function listening(services: readonly Mount[], port: number): Promise<HttpServer> {
  return await openServer({
    services,
    host: '127.0.0.1',
    port,
    clock: systemClock,
    ids: randomIds,
    log: silentLog,
  })
}
