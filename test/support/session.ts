/**
 * A session that a program in any language plays with a cloud, told as tests.
 *
 * The program says a line of JSON for each of its steps, `{"step": "…", "ok": false, "why": "…"}`, in the order in which it
 * takes them, and ends with an error if one failed.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { RealCloud } from './real-cloud.ts'

export type Session = {
  /** Where it is played, below test/clients. */
  readonly folder: string
  readonly command: readonly [string, ...string[]]
  readonly env?: Readonly<Record<string, string>>
}

type Step = { readonly step: string; readonly ok: boolean; readonly why?: string }

/** Plays it as the cloud's admin; each step is a test of its own. A session without steps fails. */
export async function playSession(
  t: TestContext,
  cloud: RealCloud,
  session: Session,
): Promise<void> {
  const [program, ...args] = session.command
  const child = spawn(program, args, {
    cwd: fileURLToPath(new URL(join('../clients', session.folder), import.meta.url)),
    env: {
      ...process.env,
      ...session.env,
      OS_CLIENT_CONFIG_FILE: join(cloud.dataDir, 'clouds.yaml'),
      OS_CLOUD: 'berth-admin',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(() => child.kill('SIGKILL'))
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', resolve)
  })
  let steps = 0
  for await (const line of createInterface({ input: child.stdout })) {
    // The sessions are ours, and this is what they say.
    const { step, ok, why } = JSON.parse(line) as Step
    steps += 1
    await t.test(step, () => assert(ok, why))
  }
  const code = await ended
  assert(steps > 0, 'it took no step')
  assert.equal(code, 0, 'it says itself that it went well')
}
