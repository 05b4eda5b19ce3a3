/**
 * `npm run kit`: plays every round, says how many there were, and fails if one did.
 *
 * Names of scenarios or operations narrow it down; `--every N` plays one round in N.
 */
import { parseArgs } from 'node:util'
import { playAll } from './rounds.ts'
import type { Tally } from './rounds.ts'
import { discard, prepare } from './bench.ts'
import { scenarios } from './scenarios/all.ts'

const shown = 5
const { values, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: { every: { type: 'string', default: '1' } },
})
const share = { every: Number(values.every), from: 0 }
const chosen = scenarios.filter(
  ({ name, operation }) =>
    wanted.length === 0 || wanted.some((word) => name === word || operation === word),
)
let rounds = 0
let failed = 0
for (const scenario of chosen) {
  const began = performance.now()
  const tally: Tally = { rounds: 0, failures: [] }
  const position = await prepare(scenario)
  await playAll(position, tally, share)
  discard(position)
  rounds += tally.rounds
  failed += tally.failures.length
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  const verdict = tally.failures.length === 0 ? 'all pass' : `${tally.failures.length} FAIL`
  console.log(
    `${scenario.name.padEnd(48)} ${String(tally.rounds).padStart(6)} rounds  ${seconds.padStart(6)} s  ${verdict}`,
  )
  for (const { round, why } of tally.failures.slice(0, shown)) console.log(`  ${round}\n    ${why}`)
}
console.log(
  `${rounds} rounds over ${chosen.length} scenarios: ${failed === 0 ? 'all pass' : `${failed} fail`}`,
)
console.log(JSON.stringify({ passed: rounds - failed, failed, skipped: [] }))
process.exitCode = failed === 0 ? 0 : 1
