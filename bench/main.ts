/**
 * Measures Berth: `npm run bench -- [name ...] [--large] [--consumers N]`. Without names, all that is done in a minute or two;
 * `placement` measures it beside the real Placement, where that is installed.
 *
 * Every cloud is a process of its own with durable commits. Clients talk to it over the loopback, as users do.
 */
import { parseArgs } from 'node:util'
import { printHead, printRow, printSkipped } from './bed/report.ts'
import type { Row } from './bed/report.ts'
import { hasPlacement } from './bed/real-placement.ts'
import { audits } from './cases/audit.ts'
import { besidePlacement } from './cases/beside-placement.ts'
import { boots } from './cases/boots.ts'
import { candidates, claims, coldStart } from './cases/claims.ts'
import { fleet } from './cases/fleet.ts'
import { groups } from './cases/groups.ts'
import { moves } from './cases/moves.ts'
import { scale } from './cases/scale.ts'
import { showing } from './cases/showing.ts'
import { startUp } from './cases/start-up.ts'
import { engineSteps } from './cases/steps.ts'
import { recordedFrom } from './recorded.ts'

type Options = { readonly large: boolean }
type Case = {
  readonly name: string
  readonly run: (options: Options) => AsyncGenerator<Row>
  /** It takes minutes, and is done when it is asked for. */
  readonly long?: true
}

const cases: readonly Case[] = [
  { name: 'start', run: startUp },
  { name: 'show', run: showing },
  { name: 'boots', run: boots },
  { name: 'moves', run: moves },
  { name: 'claims', run: claims },
  { name: 'candidates', run: candidates },
  { name: 'groups', run: groups },
  { name: 'engine', run: engineSteps },
  { name: 'audit', run: audits, long: true },
  { name: 'fleet', run: fleet, long: true },
  { name: 'cold-start', run: coldStart, long: true },
  { name: 'scale', run: scale, long: true },
]

/** What belongs together, under one name. */
const themes: ReadonlyMap<string, readonly string[]> = new Map([
  ['compute', ['start', 'show', 'boots', 'scale']],
  ['operations', ['boots', 'moves', 'engine']],
])

/** Named, and never done by itself: it needs what most machines do not have. */
const beside = 'placement'

const { values, positionals } = parseArgs({
  options: {
    large: { type: 'boolean', default: false },
    consumers: { type: 'string', default: '1000' },
  },
  allowPositionals: true,
})
const asked = positionals.flatMap((name) => themes.get(name) ?? [name])
const unknown = asked.find((name) => name !== beside && !cases.some((each) => each.name === name))
if (unknown === undefined) {
  if (asked.join() !== beside) printHead(recordedFrom)
  for (const { name, run, long } of cases) {
    const chosen = asked.length > 0 ? asked.includes(name) : long !== true || values.large
    if (chosen) for await (const row of run(values)) printRow(row)
  }
  if (asked.includes(beside)) await printBeside()
} else {
  console.error(`There is no such benchmark: ${unknown}. These there are:`)
  console.error(
    [...cases.map(({ name }) => name), ...themes.keys(), beside]
      .map((name) => `  ${name}`)
      .join('\n'),
  )
  process.exitCode = 1
}

async function printBeside(): Promise<void> {
  if (!hasPlacement()) return printSkipped(beside, 'placement-api is not installed')
  printHead('OpenStack Placement on this machine, on SQLite')
  const consumers = Number(values.consumers)
  for await (const row of besidePlacement({ large: values.large, consumers })) printRow(row)
}
