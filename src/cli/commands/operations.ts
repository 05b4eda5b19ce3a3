/** `berth operations`: what is under way, and what stands in its way. Exit code 1 says that something is stuck. */
import type { Clock } from '../../lib/clock.ts'
import type { Client } from '../client.ts'
import { duration, table } from '../layout.ts'
import type { Terminal } from '../terminal.ts'
import { timeline } from '../timeline.ts'
import type { StepDocument } from '../timeline.ts'

export type OperationDocument = {
  readonly id: string
  readonly name: string
  readonly subject: string
  readonly server: string | null
  readonly state: 'failed' | 'running' | 'stuck' | 'succeeded'
  readonly backwards: boolean
  readonly step: { readonly name: string; readonly title: string } | null
  readonly attempts: number
  readonly problem: { readonly kind: string; readonly message: string } | null
  readonly started_at: string
  readonly since: string
  readonly ended_at: string | null
  readonly steps: readonly StepDocument[]
}

/** Those under way; or all that a server ever had, newest first. */
export async function listOperations(
  client: Client,
  server?: string,
): Promise<readonly OperationDocument[]> {
  const query = server === undefined ? '' : `?server=${encodeURIComponent(server)}`
  const path = `/berth/v1/operations${query}`
  return (await client.get<{ operations: readonly OperationDocument[] }>(path)).operations
}

export async function operations(
  client: Client,
  terminal: Terminal,
  clock: Clock,
  { json, server }: { readonly json?: boolean; readonly server?: string },
): Promise<number> {
  const found = await listOperations(client, server)
  if (json === true) terminal.json({ operations: found })
  else if (found.length === 0) {
    terminal.line(server === undefined ? 'Nothing is under way.' : 'This server had no operations.')
  } else if (server === undefined) showUnderWay(found, terminal, clock)
  else showHistory(found, terminal)
  return found.some(({ state }) => state === 'stuck') ? 1 : 0
}

function showUnderWay(found: readonly OperationDocument[], terminal: Terminal, clock: Clock): void {
  for (const each of found) {
    const step =
      each.step === null ? 'about to end' : `${each.backwards ? 'Undo: ' : ''}${each.step.title}`
    const age = duration(Math.max(0, clock.now() - Date.parse(each.since)))
    const state = each.state === 'stuck' ? terminal.styled('red', 'stuck') : each.state
    const facts = [
      ['for', each.subject],
      ['at', step],
      ['since', each.attempts === 0 ? age : `${age}, tried ${each.attempts} times`],
      ...(each.problem === null ? [] : [['because', each.problem.message]]),
    ]
    terminal.line(`${terminal.styled('bold', each.name)}  ${state}`)
    for (const line of table(['', ''], facts, 2)) terminal.line(line)
  }
}

function showHistory(found: readonly OperationDocument[], terminal: Terminal): void {
  for (const [index, each] of found.entries()) {
    if (index > 0) terminal.line()
    terminal.line(`${terminal.styled('bold', each.name)}  ${each.state}  ${each.started_at}`)
    for (const line of timeline(each.steps, terminal)) terminal.line(line)
  }
}
