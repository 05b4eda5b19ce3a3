/**
 * `npm run kit`: plays every round, says how many there were, and fails if one did.
 *
 * Names of scenarios or operations narrow it down; `--every N` plays one round in N. Scenarios are played side by side, in as
 * many processes as `--processes` says.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { discard, prepare } from './bench.ts'
import { playAll } from './rounds.ts'
import type { Tally } from './rounds.ts'
import type { Scenario } from './scenario.ts'
import { scenarios } from './scenarios/all.ts'

const shown = 5

const { values, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: {
    every: { type: 'string', default: '1' },
    processes: { type: 'string', default: '2' },
  },
})

const chosen = scenarios.filter(
  ({ name, operation }) =>
    wanted.length === 0 || wanted.some((word) => name === word || operation === word),
)

if (process.send === undefined) await playInProcesses(Number(values.processes))
else await playWhatIsHandedOut()

/** Hands out scenarios, one at a time, to whoever has none. */
async function playInProcesses(processes: number): Promise<void> {
  const left = chosen.map(({ name }) => name)
  let rounds = 0
  let failed = 0
  const players = Array.from({ length: Math.min(processes, left.length) }, async () => {
    const player = fork(fileURLToPath(import.meta.url), process.argv.slice(2))
    player.on('message', (message) => {
      // Sent by `playWhatIsHandedOut`, which sends nothing else.
      const done = message as { rounds: number; failed: number }
      rounds += done.rounds
      failed += done.failed
      const next = left.shift()
      if (next === undefined) player.disconnect()
      else player.send(next)
    })
    const [code] = await once(player, 'exit')
    if (code !== 0) failed += 1
  })
  await Promise.all(players)
  const verdict = failed === 0 ? 'all pass' : `${failed} fail`
  console.log(`${rounds} rounds over ${chosen.length} scenarios: ${verdict}`)
  console.log(JSON.stringify({ passed: rounds - failed, failed, skipped: [] }))
  process.exitCode = failed === 0 ? 0 : 1
}

async function playWhatIsHandedOut(): Promise<void> {
  const report = (rounds: number, failed: number): void => {
    process.send?.({ rounds, failed })
  }
  process.on('message', (name) => {
    const scenario = chosen.find((each) => each.name === name)
    if (scenario === undefined) throw new Error(`there is no scenario ${String(name)}`)
    void playScenario(scenario).then(({ rounds, failures }) => report(rounds, failures.length))
  })
  report(0, 0)
  await once(process, 'disconnect')
}

async function playScenario(scenario: Scenario): Promise<Tally> {
  const began = performance.now()
  const tally: Tally = { rounds: 0, failures: [] }
  const position = await prepare(scenario)
  await playAll(position, tally, { every: Number(values.every), from: 0 })
  await discard(position)
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  const verdict = tally.failures.length === 0 ? 'all pass' : `${tally.failures.length} FAIL`
  const rounds = `${tally.rounds} rounds`.padStart(13)
  console.log(`${scenario.name.padEnd(48)} ${rounds}  ${seconds.padStart(6)} s  ${verdict}`)
  for (const { round, why } of tally.failures.slice(0, shown)) console.log(`  ${round}\n    ${why}`)
  return tally
}
