/** `berth explain`: where a server of that size would go, or why it fits nowhere. Exit code 1 says that it does not. */
import type { Client } from '../client.ts'
import { table } from '../layout.ts'
import type { Terminal } from '../terminal.ts'

type Worded = { readonly text: string }

export type ExplanationDocument = {
  readonly outcome: string
  /** The hosts, for operators; for others only whether there are any. */
  readonly fits: readonly string[] | boolean
  readonly reasons: readonly (Worded & { readonly hosts?: number })[]
  readonly near_misses?: readonly Worded[]
  readonly smallest_change: { readonly request: Worded | null; readonly hosts?: Worded | null }
  readonly rejected?: readonly { readonly host: string; readonly reasons: readonly Worded[] }[]
}

export type ExplainOptions = {
  readonly json?: boolean
  readonly verbose?: boolean
  readonly flavor?: string
  readonly vcpus?: string
  readonly memoryMb?: string
  readonly diskGb?: string
  readonly zone?: string
  readonly host?: string
  readonly trait?: readonly string[]
  readonly forbiddenTrait?: readonly string[]
  readonly resource?: readonly string[]
}

export async function explain(
  client: Client,
  terminal: Terminal,
  options: ExplainOptions,
): Promise<number> {
  const explained = await client.get<ExplanationDocument>(`/berth/v1/explain?${queryOf(options)}`)
  if (options.json === true) terminal.json(explained)
  else show(explained, terminal, options.verbose === true)
  return doesFit(explained) ? 0 : 1
}

function doesFit({ fits }: ExplanationDocument): boolean {
  return typeof fits === 'boolean' ? fits : fits.length > 0
}

function queryOf(options: ExplainOptions): string {
  const query = new URLSearchParams()
  const named = {
    flavor: options.flavor,
    vcpus: options.vcpus,
    memory_mb: options.memoryMb,
    disk_gb: options.diskGb,
    zone: options.zone,
    host: options.host,
    trait: options.trait,
    forbidden_trait: options.forbiddenTrait,
    resource: options.resource,
  }
  for (const [name, given] of Object.entries(named)) {
    for (const value of [given ?? []].flat()) query.append(name, value)
  }
  return query.toString()
}

const nearMissesShown = 5

function show(explained: ExplanationDocument, terminal: Terminal, verbose: boolean): void {
  const { outcome, reasons, near_misses: misses = [], smallest_change: change } = explained
  const section = (title: string, lines: readonly string[]): void => {
    if (lines.length === 0) return
    terminal.line()
    terminal.line(title)
    for (const line of lines) terminal.line(line)
  }
  const texts = (some: readonly (Worded | null)[]): readonly string[] =>
    table(
      ['', ''],
      some.flatMap((each) => (each === null ? [] : [['-', each.text]])),
      2,
    )
  terminal.line(terminal.styled(doesFit(explained) ? 'green' : 'red', outcome))
  section(
    'Hosts it does not fit on:',
    table(
      ['', ''],
      reasons.map(({ hosts, text }) => [hosts ?? '-', text]),
      2,
    ),
  )
  section('Nearest:', texts(misses.slice(0, nearMissesShown)))
  section('The smallest change:', texts([change.request, change.hosts ?? null]))
  if (!verbose) return
  const rows = (explained.rejected ?? []).flatMap(({ host, reasons: all }) =>
    all.map(({ text }, index) => [index === 0 ? host : '', text]),
  )
  section('Host by host:', table(['', ''], rows, 2))
}
