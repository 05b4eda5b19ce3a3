/**
 * A cloud as a user has it: the real program in a process of its own, started by `npm start`, on a free port.
 */
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('../..', import.meta.url))
const execute = promisify(execFile)

export type RealCloud = {
  readonly url: string
  readonly dataDir: string
  adminPassword(): string
  /** Asks it to stop, as Ctrl-C does, and waits until it has. */
  stop(): Promise<number | null>
  /** Kills it with -9. */
  kill(): Promise<void>
}

/** Starts it and waits until it says that it is ready. It ends with the test. */
export async function startCloud(
  t: { after(work: () => void | Promise<void>): void },
  options: { readonly args?: readonly string[]; readonly dataDir?: string } = {},
): Promise<RealCloud> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'berth-real-'))
  const args = ['start', '--silent', '--', '--port', '0', '--data-dir', dataDir]
  const child = spawn('npm', [...args, ...(options.args ?? [])], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const gone = new Promise<number | null>((resolve) => child.once('exit', resolve))
  t.after(async () => {
    child.kill('SIGKILL')
    await gone
    if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true })
  })
  const url = await readyLine(child)
  return {
    url,
    dataDir,
    adminPassword: () => {
      // Berth writes this file.
      const passwords = JSON.parse(readFileSync(join(dataDir, 'credentials.json'), 'utf8')) as {
        admin: string
      }
      return passwords.admin
    },
    stop: async () => {
      child.kill('SIGINT')
      return await gone
    },
    kill: async () => {
      child.kill('SIGKILL')
      await gone
    },
  }
}

async function readyLine(child: ChildProcess): Promise<string> {
  let said = ''
  assert(child.stdout !== null)
  for await (const chunk of child.stdout) {
    said += String(chunk)
    const ready = /^berth ready (\S+)$/m.exec(said)
    if (ready?.[1] !== undefined) {
      // Whatever else it says is let go, or a full pipe would stop it.
      child.stdout.resume()
      return ready[1]
    }
  }
  return assert.fail(`it ended before it was ready: ${said}`)
}

/** What a command-line client said. It never rejects: failing is an answer too. */
export type Said = { readonly code: number; readonly out: string; readonly err: string }

/** The real `openstack` client, as one of the two users of the cloud. */
export function openstackOf(
  cloud: RealCloud,
  user: 'admin' | 'demo',
): (...args: readonly string[]) => Promise<Said> {
  return async (...args) => {
    const env = {
      ...process.env,
      OS_CLIENT_CONFIG_FILE: join(cloud.dataDir, 'clouds.yaml'),
      OS_CLOUD: `berth-${user}`,
    }
    try {
      const { stdout, stderr } = await execute('openstack', [...args], { env })
      return { code: 0, out: stdout, err: stderr }
    } catch (thrown) {
      // A command that fails rejects with what it said and how it ended.
      const { code, stdout, stderr } = thrown as { code: number; stdout: string; stderr: string }
      return { code, out: stdout, err: stderr }
    }
  }
}

/** Asks any of the cloud's services, as the admin. */
export async function asAdmin(
  cloud: RealCloud,
  path: string,
  init: RequestInit,
): Promise<Response> {
  const headers = new Headers(init.headers)
  headers.set('x-auth-token', await adminToken(cloud))
  return await fetch(`${cloud.url}${path}`, { ...init, headers })
}

/** The id of the first of a list. */
export async function idOf(cloud: RealCloud, path: string, list: string): Promise<string> {
  const answer = await asAdmin(cloud, path, {})
  // A list of things that have ids.
  const found = (await answer.json()) as Record<string, { id: string }[]>
  const id = found[list]?.[0]?.id
  assert(id !== undefined, `there is something at ${path}`)
  return id
}

/** Asks Berth's own API, as the admin. */
export async function askBerth(
  cloud: RealCloud,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ readonly status: number; readonly body: unknown }> {
  const response = await asAdmin(cloud, `/berth/v1${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? null : JSON.parse(text) }
}

async function adminToken(cloud: RealCloud): Promise<string> {
  const domain = { id: 'default' }
  const response = await fetch(`${cloud.url}/identity/v3/auth/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      auth: {
        identity: {
          methods: ['password'],
          password: { user: { name: 'admin', domain, password: cloud.adminPassword() } },
        },
        scope: { project: { name: 'admin', domain } },
      },
    }),
  })
  const token = response.headers.get('x-subject-token')
  assert(token !== null, 'the admin can log in')
  return token
}
