/**
 * `berth audit`: what contradicts itself in the cloud, what would be done about it, doing it, and taking it back. Exit code 1
 * says that something is wrong still.
 */
import type { Clock } from '../../lib/clock.ts'
import { problem } from '../../lib/problem.ts'
import type { Client } from '../client.ts'
import { count, table } from '../layout.ts'
import type { Cell } from '../layout.ts'
import type { Terminal } from '../terminal.ts'

type RemedyDocument = { readonly text: string; readonly final_because: string | null }

export type ViolationDocument = {
  readonly invariant: string
  readonly meaning: string
  readonly subject: string
  readonly message: string
  readonly first_seen_at: string | null
  readonly not_before: string | null
  readonly last_operation: { readonly id: string; readonly name: string } | null
  readonly remedy: RemedyDocument | null
  readonly advice: string | null
}

export type AuditDocument = { readonly violations: readonly ViolationDocument[] }

type HealDocument = {
  readonly id: string
  readonly invariant: string
  readonly reason: string
  readonly remedy: RemedyDocument
  readonly state: string
  readonly problem: { readonly message: string } | null
  readonly not_before: string | null
}

export type AuditOptions = {
  readonly json?: boolean
  readonly plan?: boolean
  readonly apply?: boolean
  readonly only?: readonly string[]
  readonly heals?: boolean
  readonly undo?: string
}

const again = 200

export async function audit(
  client: Client,
  terminal: Terminal,
  clock: Clock,
  options: AuditOptions,
): Promise<number> {
  const { plan, apply, heals, undo } = options
  if ([plan, apply, heals, undo !== undefined].filter((each) => each === true).length > 1) {
    throw problem('invalid', 'One of --plan, --apply, --heals and --undo at a time')
  }
  if (undo !== undefined) return await takeBack(client, terminal, clock, undo, options)
  if (heals === true) return await listHeals(client, terminal, options)
  if (apply === true) return await applyPlan(client, terminal, clock, options)
  const report = await client.get<AuditDocument>('/berth/v1/audit')
  if (options.json === true) terminal.json(report)
  else showReport(report, terminal, plan === true)
  return report.violations.length === 0 ? 0 : 1
}

function showReport({ violations }: AuditDocument, terminal: Terminal, asPlan: boolean): void {
  if (violations.length === 0) {
    terminal.line('No violations: records, claims and hosts agree.')
    return
  }
  terminal.line(terminal.styled('red', `${count(violations.length, 'violation')}:`))
  terminal.line()
  const rows = violations.flatMap((violation): readonly (readonly Cell[])[] => {
    const { invariant, subject, message, meaning } = violation
    const dim = (text: string): readonly Cell[] => ['', terminal.styled('dim', text)]
    const told = asPlan ? [] : [dim(`${meaning}.`), ...historyOf(violation).map(dim)]
    return [[invariant, `${subject}: ${message}`], ...told, ['', intention(violation, terminal)]]
  })
  for (const line of table(['', ''], rows, 2)) terminal.line(line)
  const healable = violations.filter(({ remedy }) => remedy !== null).length
  terminal.line()
  terminal.line(
    healable === 0
      ? 'Nothing of it can be healed by a program.'
      : `${healable} can be healed by "berth audit --apply".`,
  )
}

function historyOf({
  last_operation: last,
  not_before: since,
}: ViolationDocument): readonly string[] {
  const after = since === null ? '' : `, not before ${since}`
  return last === null ? [] : [`Touched last by ${last.name} (${last.id})${after}.`]
}

function intention({ remedy, advice }: ViolationDocument, { styled }: Terminal): string {
  if (remedy === null) return styled('yellow', `For a person: ${advice ?? 'look'}.`)
  const final = remedy.final_because === null ? '' : ` This is final: ${remedy.final_because}.`
  return styled('green', `Would ${remedy.text}.`) + final
}

async function applyPlan(
  client: Client,
  terminal: Terminal,
  clock: Clock,
  { json, only }: AuditOptions,
): Promise<number> {
  const body = only === undefined ? {} : { only }
  const begun = await client.send<{ heals: readonly HealDocument[] }>(
    'POST',
    '/berth/v1/audit/heals',
    body,
  )
  const heals: HealDocument[] = []
  for (const { id } of begun.heals) heals.push(await settled(client, clock, id))
  const { violations } = await client.get<AuditDocument>('/berth/v1/audit')
  if (json === true) terminal.json({ heals, violations })
  else {
    showHeals(heals, terminal, 'There is nothing that could be healed.')
    const left = violations.length
    terminal.line(left === 0 ? 'Nothing is wrong any more.' : `${count(left, 'violation')} left.`)
  }
  return violations.length === 0 ? 0 : 1
}

async function listHeals(
  client: Client,
  terminal: Terminal,
  { json }: AuditOptions,
): Promise<number> {
  const { heals } = await client.get<{ heals: readonly HealDocument[] }>('/berth/v1/audit/heals')
  if (json === true) terminal.json({ heals })
  else showHeals(heals, terminal, 'Nothing was ever healed.')
  return 0
}

async function takeBack(
  client: Client,
  terminal: Terminal,
  clock: Clock,
  id: string,
  { json }: AuditOptions,
): Promise<number> {
  const path = `/berth/v1/audit/heals/${encodeURIComponent(id)}`
  await client.send('POST', `${path}/undo`)
  let heal = await settled(client, clock, id)
  // Taking back is an operation of its own, which may refuse: then the heal stays as it is.
  for (let tries = 0; heal.state === 'healed' && tries < 50; tries += 1) {
    await clock.sleep(again)
    heal = await client.get<HealDocument>(path)
  }
  if (json === true) terminal.json(heal)
  else showHeals([heal], terminal, '')
  return heal.state === 'undone' ? 0 : 1
}

/** The heal when it does nothing more for the moment. */
async function settled(client: Client, clock: Clock, id: string): Promise<HealDocument> {
  for (;;) {
    const heal = await client.get<HealDocument>(`/berth/v1/audit/heals/${encodeURIComponent(id)}`)
    if (heal.state !== 'running') return heal
    await clock.sleep(again)
  }
}

function showHeals(heals: readonly HealDocument[], terminal: Terminal, none: string): void {
  if (heals.length === 0) {
    terminal.line(none)
    return
  }
  const rows = heals.flatMap((heal) => [
    [heal.id, heal.state, heal.invariant, heal.remedy.text],
    ...(heal.problem === null ? [] : [['', '', '', terminal.styled('red', heal.problem.message)]]),
    ...(heal.state === 'waiting'
      ? [['', '', '', `until ${heal.not_before}: --undo calls it off`]]
      : []),
  ])
  for (const line of table(['heal', 'state', 'of', 'what it does'], rows)) terminal.line(line)
}
