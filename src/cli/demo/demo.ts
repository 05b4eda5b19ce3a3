/**
 * `berth demo`: finds the cloud to play in, or starts one, plays the story, and leaves everything as it was.
 */
import type { Clock } from '../../lib/clock.ts'
import { isProblem, problem } from '../../lib/problem.ts'
import { findAccess } from '../access.ts'
import type { AccessOptions, Environment } from '../access.ts'
import { connect } from '../client.ts'
import type { Client } from '../client.ts'
import type { FaultsDocument } from '../commands/faults.ts'
import { listHosts } from '../commands/hosts.ts'
import type { Terminal } from '../terminal.ts'
import { startCloud } from './own-cloud.ts'
import { Stage } from './stage.ts'
import { tell } from './story.ts'

export type DemoSurroundings = {
  readonly access: AccessOptions
  readonly env: Environment
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** Answers 0 if the story ended as it must, 1 if it did not. */
export async function demo(around: DemoSurroundings, terminal: Terminal): Promise<number> {
  const running = await runningCloud(around)
  if (running !== null) {
    terminal.line(`Playing in the cloud at ${running.url}.`)
    return await play(running, around, terminal)
  }
  terminal.line('No cloud runs here; starting one for this story.')
  const own = await startCloud(around.env, 2)
  try {
    return await play(await connect(own.access, unendingSignal()), around, terminal)
  } finally {
    await own.close()
  }
}

/** The cloud that is meant, if it is there. One that was named and is not there is a mistake; one that was not is none. */
async function runningCloud({ access, env }: DemoSurroundings): Promise<Client | null> {
  const isNamed = access.url !== undefined || env['BERTH_URL'] !== undefined
  try {
    const client = await connect(findAccess(access, env), unendingSignal())
    // Nothing has been asked yet if a token was at hand.
    await listHosts(client)
    return client
  } catch (thrown) {
    const isAbsent = isProblem(thrown, 'unavailable') || isProblem(thrown, 'not-found')
    if (isAbsent && !isNamed) return null
    throw thrown
  }
}

async function play(
  client: Client,
  { clock, signal }: DemoSurroundings,
  terminal: Terminal,
): Promise<number> {
  const [source, ...others] = await listHosts(client).then((all) =>
    all.filter(({ up, enabled, guests }) => up && enabled && guests !== null),
  )
  if (source === undefined || others.length === 0) {
    throw problem('conflict', 'The story needs two simulated hosts that are up and enabled')
  }
  const plan = await client.get<FaultsDocument>(faultsPath)
  const stage = new Stage(client, clock, signal)
  try {
    const hosts = [source, ...others].map(({ name }) => name)
    return await tell({ stage, terminal, clock, hosts })
  } finally {
    await client.send('PUT', faultsPath, uncounted(plan))
    await stage.clear()
  }
}

const faultsPath = '/berth/v1/faults'

/** The plan as it was written, to be put in force again. */
function uncounted({ faults }: FaultsDocument): object {
  return { faults: faults.map(({ matched: _, struck: __, ...fault }) => fault) }
}

/** Requests are short and always answered; who wants no more is heard between them, so that cleaning up is possible. */
function unendingSignal(): AbortSignal {
  return new AbortController().signal
}
