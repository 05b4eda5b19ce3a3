/** `berth faults`: what shall go wrong on simulated hosts, and how often it has. */
import { readFileSync } from 'node:fs'
import { problem } from '../../lib/problem.ts'
import type { Client } from '../client.ts'
import { count, table } from '../layout.ts'
import type { Terminal } from '../terminal.ts'

export type FaultsDocument = { readonly faults: readonly FaultDocument[] }

export type FaultDocument = {
  readonly on: string
  readonly host?: string
  readonly server?: string
  readonly matched: number
  readonly struck: number
  readonly [key: string]: unknown
}

const path = '/berth/v1/faults'

export async function showFaults(
  client: Client,
  terminal: Terminal,
  { json }: { readonly json?: boolean },
): Promise<number> {
  const plan = await client.get<FaultsDocument>(path)
  if (json === true) terminal.json(plan)
  else show(plan, terminal)
  return 0
}

/** Puts the plan of a file in force; `-` is standard input. */
export async function setFaults(
  client: Client,
  terminal: Terminal,
  file: string,
  { json }: { readonly json?: boolean },
): Promise<number> {
  const plan = await client.send<FaultsDocument>('PUT', path, planIn(file))
  if (json === true) terminal.json(plan)
  else show(plan, terminal)
  return 0
}

export async function clearFaults(client: Client, terminal: Terminal): Promise<number> {
  await client.send<FaultsDocument>('PUT', path, { faults: [] })
  terminal.line('Nothing is to go wrong any more.')
  return 0
}

function show({ faults }: FaultsDocument, terminal: Terminal): void {
  if (faults.length === 0) {
    terminal.line('Nothing is to go wrong.')
    return
  }
  terminal.line(
    `${count(faults.length, 'fault')} in force; struck: of how many calls that matched.`,
  )
  terminal.line()
  const rows = faults.map(({ on, host, server, matched, struck, ...rest }) => [
    on,
    host ?? 'any',
    `${struck}/${matched}`,
    [
      ...(server === undefined ? [] : [`server: ${server}`]),
      ...Object.entries(rest).map(told),
    ].join(', '),
  ])
  for (const line of table(['on', 'host', 'struck', 'what'], rows, 2)) terminal.line(line)
}

/** `hang` for what is only switched on, else `times: 1`. */
function told([key, value]: [string, unknown]): string {
  return value === true
    ? key
    : `${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`
}

function planIn(file: string): object {
  let text: string
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8')
  } catch (thrown) {
    throw problem('invalid', `${file} cannot be read`, {}, { cause: thrown })
  }
  try {
    const plan: unknown = JSON.parse(text)
    if (typeof plan === 'object' && plan !== null) return plan
  } catch (thrown) {
    const said = thrown instanceof Error ? thrown.message : String(thrown)
    throw problem('invalid', `${file} is not JSON: ${said}`, {}, { cause: thrown })
  }
  throw problem('invalid', `${file} must hold an object: {"faults": […]}`)
}
