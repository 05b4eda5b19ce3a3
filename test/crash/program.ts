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
  readonly #launched: Launched

  private constructor(url: string, dataDir: string, launched: Launched) {
    this.url = url
    this.#launched = launched
    // Written by the program.
    const kept = JSON.parse(readFileSync(join(dataDir, 'credentials.json'), 'utf8')) as {
      readonly admin: string
    }
    this.password = kept.admin
  }

  /** Starts it and waits until it says that it is ready. */
  static async start(place: Place): Promise<Program> {
    const launched = launch(place)
    return new Program(await readiness(launched.child), place.dataDir, launched)
  }

  /** Kills it with -9, and waits until it is dead. */
  async kill(): Promise<void> {
    await this.#launched.end('SIGKILL')
  }

  /** Asks it to stop. Answers with which code it did; null when it was a signal that ended it. */
  async stop(): Promise<number | null> {
    return await this.#launched.end('SIGTERM')
  }
}

type Launched = {
  readonly child: ChildProcess
  /** Sends the signal, and waits until the program is no more. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null>
}

/** Starts it, and waits for nothing. */
function launch({ dataDir, database }: Place): Launched {
  const flags = ['--disable-warning=ExperimentalWarning', 'src/main.ts', '--port', '0']
  const where = ['--data-dir', dataDir, '--hosts', '4', '--log-level', 'error']
  // Who dies must be missed soon: on a database that others may share, only time tells.
  const shared = database === null ? [] : ['--database', database, '--lease-ms', '2000']
  const child = spawn(process.execPath, [...flags, ...where, ...shared], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const gone = new Promise<number | null>((resolve) => child.once('exit', resolve))
  return {
    child,
    end: async (signal) => {
      child.kill(signal)
      return await gone
    },
  }
}

/** Starts it and kills it so soon, ready or not. */
export async function startInVain(place: Place, afterMs: number): Promise<void> {
  const launched = launch(place)
  // What it says is let go.
  launched.child.stdout?.resume()
  await new Promise((resolve) => {
    setTimeout(resolve, afterMs)
  })
  await launched.end('SIGKILL')
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
