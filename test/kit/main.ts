/**
 * `npm run kit`: plays every round there is, says how many there were of each operation, and fails if one did not end as promised.
 *
 *     npm run kit -- --only server.resize        an operation or a scenario by name; may be given several times
 *     npm run kit -- --every 20 --from 3         one round in twenty, and which
 *     npm run kit -- --weathers                  weathers only, which nothing strikes
 *     npm run kit -- --until-failed              no further than to the first round that does not end as promised
 *     npm run kit -- --processes 4               played side by side
 *     npm run kit -- --json                      the numbers as data
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { discard, prepare } from './bench.ts'
import type { Position } from './bench.ts'
import { numbers, table } from './report.ts'
import type { Score } from './report.ts'
import { playAll } from './rounds.ts'
import type { Share } from './rounds.ts'
import { scenarios } from './scenarios/all.ts'

/** Failures that are shown in full. The rest is counted. */
const shownMax = 10
/** Into how many jobs a scenario is cut when all of it is played, so that nobody waits for who has the longest. */
const slicesOfAll = 4

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string', multiple: true, default: [] },
    every: { type: 'string', default: '1' },
    from: { type: 'string', default: '1' },
    processes: { type: 'string', default: String(Math.min(availableParallelism(), 8)) },
    weathers: { type: 'boolean', default: false },
    'until-failed': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
})

/** What a player is to play, and what it tells when it has. */
type Job = { readonly scenario: string; readonly share: Share }
type Played = Score & { readonly failures: readonly { round: string; why: string }[] }

if (process.send === undefined) await handOut()
else await playWhatIsHandedOut()

async function handOut(): Promise<void> {
  const wanted = [...values.only, ...positionals]
  const chosen = scenarios.filter(
    ({ name, operation }) =>
      wanted.length === 0 || wanted.some((w) => w === name || w === operation),
  )
  if (chosen.length === 0) throw new Error(`there is no scenario or operation ${wanted.join()}`)
  const [every, from] = [Number(values.every), Number(values.from)]
  const slices = every === 1 ? slicesOfAll : 1
  const which = {
    ...(values.weathers ? ({ strikesIn: 'no weather' } as const) : {}),
    untilFailed: values['until-failed'],
  }
  const jobs: Job[] = chosen.flatMap(({ name: scenario }) =>
    Array.from({ length: slices }, (_, slice) => {
      return { scenario, share: { every: every * slices, from: from + slice * every, ...which } }
    }),
  )
  const began = performance.now()
  const played: Played[] = []
  const players = Array.from({ length: Math.min(Number(values.processes), jobs.length) }, () =>
    employ(jobs, played),
  )
  const ends = await Promise.all(players)
  const seconds = (performance.now() - began) / 1000
  const { rounds, failed, operations } = numbers(played)
  // A player that died took its job with it.
  const lost = ends.filter((code) => code !== 0).length + jobs.length
  if (values.json)
    console.log(JSON.stringify({ seconds, rounds, failed, lost, operations }, null, 1))
  else {
    console.log(`\n${table(played, seconds)}`)
    if (lost > 0) console.log(`${lost} jobs were not played`)
    console.log(JSON.stringify({ passed: rounds - failed, failed: failed + lost, skipped: [] }))
  }
  process.exitCode = failed + lost === 0 ? 0 : 1
}

/** As soon as they are known, and on the side of the numbers: a run that is broken off has told what it found. */
function tellFailures({ failures }: Played, before: readonly Played[]): void {
  const told = before.reduce((sum, { failed }) => sum + failed, 0)
  for (const { round, why } of failures.slice(0, Math.max(0, shownMax - told))) {
    console.error(`\n${round}\n    ${why}\n`)
  }
}

/** A process that is given jobs as long as there are any. Answers how it ended. */
async function employ(jobs: Job[], played: Played[]): Promise<number> {
  const player = fork(fileURLToPath(import.meta.url), process.argv.slice(2))
  player.on('message', (message) => {
    // Sent by `playWhatIsHandedOut`, which sends nothing else.
    const result = message as Played | 'ready'
    if (result !== 'ready') {
      tellFailures(result, played)
      played.push(result)
      if (values['until-failed'] && result.failed > 0) jobs.splice(0)
      if (process.stderr.isTTY)
        process.stderr.write(`\r${played.length} of ${played.length + jobs.length} jobs `)
    }
    const next = jobs.shift()
    if (next === undefined) player.disconnect()
    else player.send(next)
  })
  const [code] = await once(player, 'exit')
  return Number(code ?? 1)
}

async function playWhatIsHandedOut(): Promise<void> {
  let current: Position | null = null
  const play = async ({ scenario: name, share }: Job): Promise<Played> => {
    const scenario = scenarios.find((each) => each.name === name)
    if (scenario === undefined) throw new Error(`there is no scenario ${name}`)
    // The next job is often about the same scenario.
    if (current?.scenario !== scenario) {
      if (current !== null) await discard(current)
      current = await prepare(scenario)
    }
    const { failures, ...tally } = await playAll(current, share)
    const { operation } = scenario
    return { operation, scenario: name, ...tally, failed: failures.length, failures }
  }
  process.on('message', (message) => {
    // Sent by `employ`.
    void play(message as Job).then((played) => process.send?.(played))
  })
  process.send?.('ready')
  await once(process, 'disconnect')
  if (current !== null) await discard(current)
}
