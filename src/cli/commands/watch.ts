/** `berth watch`: what happens in the cloud, as it happens, until somebody has seen enough. */
import type { Clock } from '../../lib/clock.ts'
import { isProblem } from '../../lib/problem.ts'
import type { Client } from '../client.ts'
import { eventsIn } from '../event-stream.ts'
import type { ServerSent } from '../event-stream.ts'
import { count, table } from '../layout.ts'
import type { Terminal } from '../terminal.ts'

export type WatchOptions = {
  readonly json?: boolean
  readonly after?: string
  readonly server?: string
}

/** What is read of an event; each kind has some of it. */
type EventDocument = {
  readonly at: string
  readonly server?: string | null
  readonly migration?: string
  readonly status?: string
  readonly task_state?: string | null
  readonly host?: string | null
  readonly name?: string
  readonly what?: string
  readonly state?: string
  readonly backwards?: boolean
  readonly step?: { readonly title: string } | null
  readonly attempts?: number
  readonly problem?: string | null
  readonly after?: string
  readonly until?: string
}

const againAfterMs = 1000

/** Follows until the signal aborts. A connection that is lost is made anew, and nothing is missed in between. */
export async function watch(
  client: Client,
  terminal: Terminal,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
  options: WatchOptions,
): Promise<number> {
  let position = options.after ?? null
  let isConnected = false
  while (!signal.aborted) {
    try {
      const headers = position === null ? {} : { 'Last-Event-ID': position }
      const stream = await client.stream('/berth/v1/events', headers, signal)
      isConnected = true
      for await (const sent of eventsIn(stream)) {
        position = sent.id ?? position
        tell(sent, terminal, options)
      }
    } catch (thrown) {
      if (signal.aborted) break
      // A cloud that was never reached, or that refuses, will not do better later.
      const isRefused = isProblem(thrown) && thrown.kind !== 'unavailable'
      if (!isConnected || isRefused) throw thrown
    }
    if (!signal.aborted) {
      terminal.note('The connection was lost; trying again.')
      await clock.sleep(againAfterMs, signal).catch(() => {})
    }
  }
  return 0
}

function tell({ id, event, data }: ServerSent, terminal: Terminal, options: WatchOptions): void {
  if (data === null) return
  // What the API promises of every event.
  const document = JSON.parse(data) as EventDocument
  const isElse = options.server !== undefined && document.server !== options.server
  // That something is missing may be about any server.
  if (isElse && event !== 'gap') return
  // One document a line: a stream has no end at which a list could be closed.
  if (options.json === true) terminal.line(JSON.stringify({ id, event, ...document }))
  else for (const line of lineOf(event, document, terminal)) terminal.line(line)
}

function lineOf(event: string, document: EventDocument, terminal: Terminal): readonly string[] {
  const time = terminal.styled('dim', document.at.slice(11, 23))
  const about = (document.server ?? document.migration ?? '').slice(0, 8).padEnd(8)
  return table(['', '', ''], [[time, about, wordsOf(event, document, terminal)]])
}

function wordsOf(event: string, document: EventDocument, { styled }: Terminal): string {
  if (event === 'gap') return styled('yellow', gapWords(document))
  if (event === 'operation') return operationWords(document, styled)
  const { status = '', task_state: task, host } = document
  if (event === 'migration') return `migration ${status}`
  const where = host == null ? '' : ` on ${host}`
  const doing = task == null ? '' : `, ${task}`
  return `server ${status === 'ERROR' ? styled('red', status) : styled('bold', status)}${doing}${where}`
}

function gapWords({ after = '', until = '' }: EventDocument): string {
  return `what came after ${after} up to ${until} is not kept any more`
}

function operationWords(document: EventDocument, styled: Terminal['styled']): string {
  const { name = '', what = '', state = '', step, backwards, attempts = 0, problem } = document
  const because = problem == null ? '' : `: ${problem}`
  if (what === 'ended')
    return `${name} ${styled(state === 'failed' ? 'red' : 'green', state)}${because}`
  if (what !== 'step' || step == null) return `${name} ${what}`
  const tried =
    attempts === 0
      ? ''
      : ` (${state === 'stuck' ? 'stuck, ' : ''}failed ${count(attempts, 'time')})`
  return `${name}: ${backwards === true ? 'undo ' : ''}${step.title}${tried}${because}`
}
