/**
 * A cloud for the length of a story: another process, a free port, a directory that goes with it.
 *
 * It is started as any user would start it, and reached through the files that it writes for users.
 */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { problem } from '../../lib/problem.ts'
import { findAccess } from '../access.ts'
import type { Access, Environment } from '../access.ts'

export type OwnCloud = {
  readonly access: Access
  /** Ends the process and removes what it kept. */
  close(): Promise<void>
}

const root = join(import.meta.dirname, '..', '..', '..')
const entry = join(root, 'src', 'main.ts')
/** Makes a program end with whoever started it, however that one ends. */
const preload = join(root, 'scripts', 'preload.mjs')

/** @throws `unavailable` with what the cloud said when it does not come up. */
export async function startCloud(env: Environment, hosts: number): Promise<OwnCloud> {
  const directory = mkdtempSync(join(tmpdir(), 'berth-demo-'))
  const flags = ['--disable-warning=ExperimentalWarning', '--require', preload, entry]
  const options = ['--port', '0', '--data-dir', directory, '--hosts', String(hosts)]
  const child = spawn(process.execPath, [...flags, ...options], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: withoutSettings(env),
    // A signal from the keyboard is for the story, which then ends the cloud.
    detached: true,
  })
  const close = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    }
    rmSync(directory, { recursive: true, force: true })
  }
  try {
    await ready(child)
    return { access: findAccess({ dataDir: directory }, {}), close }
  } catch (thrown) {
    await close()
    throw thrown
  }
}

/** Waits for the line that says that it is ready. */
async function ready(child: ChildProcess): Promise<void> {
  const { stdout, stderr } = child
  if (stdout === null || stderr === null) throw problem('bug', 'the cloud has no output')
  let said = ''
  stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2000)
  })
  for await (const line of createInterface({ input: stdout })) {
    if (line.startsWith('berth ready ')) {
      stdout.resume()
      return
    }
  }
  throw problem('unavailable', `No cloud could be started: ${said.trim() || 'it said nothing'}`)
}

/** What configures a cloud of the user's is not meant for this one. */
function withoutSettings(env: Environment): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('BERTH_')))
}
