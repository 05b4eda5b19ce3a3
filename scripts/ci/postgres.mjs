/**
 * A PostgreSQL of our own, for as long as tests need it: a new cluster in a temporary folder, on a free loopback port, with
 * a password nobody else knows. It commits to disk as in production.
 *
 * As a program it runs a command with `BERTH_TEST_POSTGRES_URL` set: `npm run postgres -- node --test src/store/*.test.ts`.
 */
import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chownSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { environment, prepare } from '../bootstrap.mjs'

const startMs = 60_000

/** The folder of PostgreSQL's programs (the newest, where Debian has several), or null. */
export function postgresBinaries() {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian) : []
  const folders = [
    ...versions
      .toSorted((a, b) => Number(b) - Number(a))
      .map((version) => join(debian, version, 'bin')),
    ...(process.env.PATH ?? '').split(':'),
  ]
  return folders.find((folder) => existsSync(join(folder, 'initdb'))) ?? null
}

/** Starts it. `url` is for clients; `stop` ends it and removes what it stored. */
export async function startPostgres() {
  const binaries = postgresBinaries()
  const who = owner()
  const folder = mkdtempSync(join(tmpdir(), 'berth-postgres-'))
  if (who.uid !== undefined) chownSync(folder, who.uid, who.gid)
  const password = randomBytes(16).toString('hex')
  const cluster = join(folder, 'cluster')
  const passwordFile = join(folder, 'password')
  writeFileSync(passwordFile, password)
  const asOwner = { ...who, cwd: folder, encoding: 'utf8' }

  const access = ['--username=postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`]
  const form = ['--encoding=UTF8', '--locale=C']
  const made = spawnSync(join(binaries, 'initdb'), ['-D', cluster, ...access, ...form], asOwner)
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr || made.error?.message}`)

  const port = await freePort()
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: folder,
    max_connections: 200,
  }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const log = join(folder, 'log')
  const server = spawn(
    '/bin/sh',
    ['-c', 'exec "$0" "$@" 2>"$LOG"', join(binaries, 'postgres'), '-D', cluster, ...flags],
    {
      ...asOwner,
      env: { ...process.env, LOG: log },
      stdio: 'ignore',
    },
  )
  const ended = new Promise((resolve) => server.on('exit', resolve))
  const stopNow = () => {
    server.kill('SIGQUIT')
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  process.on('exit', stopNow)

  const stop = async () => {
    process.off('exit', stopNow)
    server.kill('SIGINT') // PostgreSQL's "fast" shutdown: ends sessions, writes everything, leaves.
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
  const isReady = ['-q', '-h', '127.0.0.1', '-p', String(port)]
  const deadline = Date.now() + startMs
  while (spawnSync(join(binaries, 'pg_isready'), isReady).status !== 0) {
    if (server.exitCode !== null || Date.now() > deadline) {
      const said = readFileSync(log, 'utf8')
      await stop()
      throw new Error(`PostgreSQL did not start: ${said}`)
    }
    await sleep(100)
  }
  return { url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`, stop }
}

/** PostgreSQL refuses to run as root: there it runs as the user that Debian made for it. */
function owner() {
  if (process.getuid() !== 0) return {}
  const id = (flag) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout)
  return { uid: id('-u'), gid: id('-g') }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.on('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const node = await prepare()
  if (postgresBinaries() === null) {
    console.error('PostgreSQL is not installed here (on Debian: apt-get install postgresql)')
    process.exit(1)
  }
  const { url, stop } = await startPostgres()
  const [command, ...args] = process.argv.slice(2)
  const env = { ...environment(node), BERTH_TEST_POSTGRES_URL: url }
  const child = spawn(command ?? 'sh', args, { stdio: 'inherit', env })
  // A terminal's Ctrl-C reaches the child by itself; we stay to clean up after it.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => console.error(error.message))
  child.on('close', async (code) => {
    await stop()
    process.exitCode = code ?? 1
  })
}
