/** `berth drain`: empties a host, follows how far it has come, and takes the host into use again. */
import type { Clock } from '../../lib/clock.ts'
import type { Client } from '../client.ts'
import { table } from '../layout.ts'
import type { Terminal } from '../terminal.ts'

export type DrainOptions = {
  readonly reason?: string
  readonly show?: boolean
  readonly watch?: boolean
  readonly cancel?: boolean
  readonly json?: boolean
}

type DrainDocument = {
  readonly host: string
  readonly state: 'blocked' | 'cancelled' | 'done' | 'draining'
  readonly total: number
  readonly left: number
  readonly stuck: readonly { readonly server: string; readonly why: string }[]
}

const lookEveryMs = 1_000

/** Answers 1 when servers are left that cannot be moved. */
export async function drain(
  client: Client,
  terminal: Terminal,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
  host: string,
  options: DrainOptions,
): Promise<number> {
  const path = `/berth/v1/hosts/${encodeURIComponent(host)}/drain`
  if (options.cancel === true) {
    await client.send('DELETE', path)
    terminal.note(`${host} is in use again.`)
    return 0
  }
  const wish = options.reason === undefined ? {} : { reason: options.reason }
  let now =
    options.show === true
      ? await client.get<DrainDocument>(path)
      : await client.send<DrainDocument>('POST', path, wish)
  let said = ''
  while (options.watch === true && now.state === 'draining') {
    const progress = sayProgress(now)
    if (progress !== said) terminal.note(progress)
    said = progress
    await clock.sleep(lookEveryMs, signal)
    now = await client.get<DrainDocument>(path)
  }
  if (options.json === true) terminal.json(now)
  else show(now, terminal)
  return now.stuck.length > 0 ? 1 : 0
}

function sayProgress({ host, state, total, left }: DrainDocument): string {
  const gone = `${Math.max(0, total - left)} of ${total} servers have left`
  switch (state) {
    case 'draining':
      return `${host} is being emptied: ${gone}.`
    case 'blocked':
      return `${host} cannot be emptied: ${gone}, and ${left} cannot.`
    case 'done':
      return `${host} is empty.`
    case 'cancelled':
      return `${host} is in use again: ${gone}.`
  }
}

function show(now: DrainDocument, terminal: Terminal): void {
  terminal.line(sayProgress(now))
  if (now.stuck.length === 0) return
  terminal.line()
  const rows = now.stuck.map(({ server, why }) => [server, why])
  for (const line of table(['server', 'stays because'], rows)) terminal.line(line)
}
