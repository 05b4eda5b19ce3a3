/**
 * `berth audit --public`: what is wrong with the allocations of any OpenStack cloud, through its public APIs alone. Exit code 1 says
 * that something is wrong still.
 */
import type { Ids } from '../../lib/ids.ts'
import { problem } from '../../lib/problem.ts'
import { count, table } from '../layout.ts'
import { applyAll, takeBack } from '../public/healing.ts'
import { judge, lasting } from '../public/judgement.ts'
import type { Wrong } from '../public/judgement.ts'
import { observe } from '../public/observation.ts'
import type { Observation } from '../public/observation.ts'
import type { OpenStack } from '../public/openstack.ts'
import type { Terminal } from '../terminal.ts'
import type { AuditOptions } from './audit.ts'

export async function publicAudit(
  cloud: OpenStack,
  terminal: Terminal,
  ids: Ids,
  options: AuditOptions & { readonly journal: string },
): Promise<number> {
  const { undo, apply, json, journal } = options
  if (options.heals === true || options.only !== undefined) {
    throw problem('invalid', '--heals and --only are for clouds of Berth')
  }
  if (undo !== undefined) {
    const heal = await takeBack(cloud, journal, undo)
    if (json === true) terminal.json(heal)
    else terminal.line(`${heal.consumer} holds again what it held before.`)
    return 0
  }
  const { seen, wrongs } = await look(cloud)
  if (apply !== true) {
    report(wrongs, terminal, json === true)
    return wrongs.length === 0 ? 0 : 1
  }
  const ownerOf = (id: string): { readonly project: string; readonly user: string } | null => {
    const server = seen.servers.get(id)
    return server === undefined ? null : { project: server.projectId, user: server.userId }
  }
  const outcomes = await applyAll(cloud, wrongs, { journal, ids, ownerOf })
  const left = (await look(cloud)).wrongs
  if (json === true) terminal.json({ heals: outcomes, violations: left })
  else {
    const rows = outcomes.map(({ heal, state }) => [heal.id, state, heal.says])
    if (rows.length > 0) for (const line of table(['heal', 'state', ''], rows)) terminal.line(line)
    if (rows.length > 0) terminal.line(`What there was before is in ${journal}.`)
    terminal.line(
      left.length === 0 ? 'Nothing is wrong any more.' : `${count(left.length, 'violation')} left.`,
    )
  }
  return left.length === 0 ? 0 : 1
}

/** What is wrong now and was wrong a moment ago. */
async function look(
  cloud: OpenStack,
): Promise<{ readonly seen: Observation; readonly wrongs: readonly Wrong[] }> {
  const first = await observe(cloud)
  const suspicions = judge(first)
  if (suspicions.length === 0) return { seen: first, wrongs: [] }
  const seen = await observe(cloud)
  return { seen, wrongs: lasting(suspicions, judge(seen)) }
}

function report(wrongs: readonly Wrong[], terminal: Terminal, asJson: boolean): void {
  if (asJson) {
    terminal.json({ violations: wrongs })
    return
  }
  if (wrongs.length === 0) {
    terminal.line('No violations: servers, moves and allocations agree.')
    return
  }
  terminal.line(terminal.styled('red', `${count(wrongs.length, 'violation')}:`))
  terminal.line()
  const rows = wrongs.flatMap(({ kind, says, due }) => [
    [kind, `${says}.`],
    [
      '',
      due === null
        ? terminal.styled('yellow', 'For a person.')
        : terminal.styled('green', sayDue(due)),
    ],
  ])
  for (const line of table(['', ''], rows, 2)) terminal.line(line)
}

function sayDue(due: NonNullable<Wrong['due']>): string {
  const held = Object.values(due).flatMap((amounts) => Object.entries(amounts))
  if (held.length === 0) return 'Would take all of it away.'
  return `Would make it hold ${held.map(([name, amount]) => `${amount} ${name}`).join(', ')} where it is.`
}
