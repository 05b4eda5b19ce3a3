/**
 * Berth as its users run it: a process of its own, with a data directory of its own on a real disk and durable commits.
 *
 * It is started by the program that `npm start` uses, so flags and compile cache are those of a user.
 */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { withData } from './data.ts'
import type { Data } from './data.ts'
import { fill } from './filling.ts'
import type { Fleet } from './fleet.ts'
import { httpClient } from './http-client.ts'
import type { HttpClient } from './http-client.ts'
import { cpuMs, residentMb } from './process-use.ts'

export type Berth = {
  readonly origin: string
  /** From its being spawned to its saying that it is ready, in ms. */
  readonly readyMs: number
  readonly pid: number
  cpuMs(): number | null
  residentMb(): number | null
  /** Ends it politely. Its data stay. */
  stop(): Promise<void>
}

export type BerthOptions = {
  readonly data: Data
  readonly hosts?: number
  readonly args?: readonly string[]
}

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Starts it and waits until it is ready. @throws with what it wrote when it ends instead. */
export async function startBerth({ data, hosts = 3, args = [] }: BerthOptions): Promise<Berth> {
  const began = performance.now()
  const given = ['--port', '0', '--data-dir', data.dir, '--hosts', String(hosts), ...args]
  // The launcher says which Node it runs; what is measured is that one.
  const child = spawn(process.execPath, [join(root, 'scripts/run.mjs'), 'src/main.ts', ...given], {
    cwd: root,
    env: data.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  let said = ''
  let complaint = ''
  const origin = await new Promise<string>((resolve, reject) => {
    child.stderr.on('data', (piece: Buffer) => {
      complaint += piece.toString()
    })
    child.stdout.on('data', (piece: Buffer) => {
      said += piece.toString()
      const found = /^berth ready (\S+)/m.exec(said)?.[1]
      if (found !== undefined) resolve(found)
    })
    child.once('exit', (code) => reject(new Error(`Berth ended with ${code}: ${said}${complaint}`)))
  })
  const readyMs = performance.now() - began
  const pid = childOf(child.pid ?? 0)
  return {
    origin,
    readyMs,
    pid,
    cpuMs: () => cpuMs(pid),
    residentMb: () => residentMb(pid),
    stop: async () => {
      child.kill('SIGTERM')
      await ended
      if (complaint !== '') process.stderr.write(complaint)
    },
  }
}

/** The program behind the launcher; the launcher itself where the system does not say. */
function childOf(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    return Number(text.trim().split(' ')[0]) || pid
  } catch {
    // Without Linux's view of processes there are no figures of use either.
    return pid
  }
}

const connections = 8

type Work<T> = (berth: Berth, api: Api) => Promise<T>

/** Does the work against a fresh cloud, as its administrator. */
export async function withCloud<T>(options: Omit<BerthOptions, 'data'>, work: Work<T>): Promise<T> {
  return await withData(async (data) => await againstCloud({ ...options, data }, work))
}

/** The same against one that has no hosts of its own, but a fleet of providers. */
export async function withFilledCloud<T>(fleet: Fleet, work: Work<T>): Promise<T> {
  return await withData(async (data) => {
    await fill(data, fleet)
    return await againstCloud({ data, hosts: 0 }, work)
  })
}

/** The same against what is there already. */
export async function againstCloud<T>(options: BerthOptions, work: Work<T>): Promise<T> {
  const berth = await startBerth(options)
  const http = httpClient(berth.origin, connections)
  try {
    return await work(berth, await logIn(http, options.data))
  } finally {
    http.close()
    await berth.stop()
  }
}

/** Asks with a token and with the newest versions. */
export type Api = Pick<HttpClient, 'ask'> & {
  /** The body of an answer. */
  json(path: string, ask?: Parameters<HttpClient['ask']>[1]): Promise<unknown>
  listen(path: string, piece: (text: string) => void): Promise<void>
}

export async function logIn(http: HttpClient, { dir }: Data): Promise<Api> {
  const clouds = parse(readFileSync(join(dir, 'clouds.yaml'), 'utf8')) as CloudsFile
  const { username, password } = clouds.clouds['berth-admin'].auth
  const user = { name: username, password, domain: { name: 'Default' } }
  const scope = { project: { name: 'admin', domain: { name: 'Default' } } }
  const identity = { methods: ['password'], password: { user } }
  const body = { auth: { identity, scope } }
  const answer = await http.ask('/identity/v3/auth/tokens', { method: 'POST', body })
  const headers = {
    'x-auth-token': String(answer.headers['x-subject-token']),
    'openstack-api-version': 'compute 2.96, placement 1.39',
  }
  const api: Api = {
    ask: async (path, ask = {}) =>
      await http.ask(path, { ...ask, headers: { ...headers, ...ask.headers } }),
    json: async (path, ask) => JSON.parse((await api.ask(path, ask)).text) as unknown,
    listen: async (path, piece) => await http.listen(path, headers, piece),
  }
  return api
}

/** What Berth writes for clients, as far as it is read here. */
type CloudsFile = {
  readonly clouds: Readonly<
    Record<'berth-admin', { readonly auth: Readonly<Record<'password' | 'username', string>> }>
  >
}
