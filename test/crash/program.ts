/** The real program in a process of its own, to be killed. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

export type Place = {
  readonly dataDir: string
  /** A PostgreSQL database, or null for the embedded one. */
  readonly database: string | null
}

export class Program {
  readonly url: string
  /** The admin's password, which the program made up. */
  readonly password: string
  readonly #child: ChildProcess
  readonly #gone: Promise<void>

  private constructor(url: string, dataDir: string, child: ChildProcess, gone: Promise<void>) {
    this.url = url
    this.#child = child
    this.#gone = gone
    // Written by the program.
    const kept = JSON.parse(readFileSync(join(dataDir, 'credentials.json'), 'utf8')) as {
      readonly admin: string
    }
    this.password = kept.admin
  }

  /** Starts it and waits until it says that it is ready. */
  static async start({ dataDir, database }: Place): Promise<Program> {
    const flags = ['--disable-warning=ExperimentalWarning', 'src/main.ts', '--port', '0']
    const where = ['--data-dir', dataDir, '--hosts', '4', '--log-level', 'error']
    // Who dies must be missed soon: on a database that others may share, only time tells.
    const shared = database === null ? [] : ['--database', database, '--lease-ms', '2000']
    const child = spawn(process.execPath, [...flags, ...where, ...shared], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    return new Program(await readiness(child), dataDir, child, gone)
  }

  /** Kills it with -9, and waits until it is dead. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#gone
  }
}

async function readiness(child: ChildProcess): Promise<string> {
  let said = ''
  const { stdout } = child
  if (stdout === null) throw new Error('its output is a pipe')
  return await new Promise((resolve, reject) => {
    child.once('exit', (code) =>
      reject(new Error(`it ended with ${code} before it was ready: ${said}`)),
    )
    // What it says once it is ready is read and let go, or a full pipe would stop it.
    stdout.on('data', (chunk: Buffer) => {
      if (said.length < 10_000) said += chunk.toString()
      const url = /^berth ready (\S+)$/m.exec(said)?.[1]
      if (url !== undefined) resolve(url)
    })
  })
}
