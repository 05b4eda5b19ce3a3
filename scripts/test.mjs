/**
 * `npm test`: all set-up, then every suite that this machine has what it needs for; the others are named as skipped.
 *
 * With arguments it is node's test runner on just those: `npm test -- src/saga`. `--suite NAME` runs one suite by name.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, statSync, writeFileSync } from 'node:fs'
import { environment, prepare } from './bootstrap.mjs'
import { runSuites, summarize } from './ci/runner.mjs'
import { nodeTests, suites } from './ci/suites.mjs'

const args = process.argv.slice(2)
const node = await prepare()
if (args.length > 0 && args[0] !== '--suite') {
  const inFolder = (path) =>
    existsSync(path) && statSync(path).isDirectory() ? `${path}/**/*.test.ts` : path
  const [command, ...rest] = nodeTests(node, args.map(inFolder))
  process.exit(spawnSync(command, rest, { stdio: 'inherit', env: environment(node) }).status ?? 1)
}

const wanted = suites.filter(({ name, everyday }) =>
  args.length > 0 ? name === args[1] : everyday,
)
if (wanted.length === 0) {
  console.error(`There is no such suite. There are: ${suites.map(({ name }) => name).join(', ')}`)
  process.exit(1)
}
const results = await runSuites(wanted, { node, deadline: Infinity })
// The CI runs this command first and the other suites afterwards.
if (process.env.BERTH_RESULTS)
  writeFileSync(process.env.BERTH_RESULTS, JSON.stringify([...results]))
const { failed, skipped } = summarize(results)
// A suite that was asked for by name must run; of all of them, those run that can.
process.exitCode = failed > 0 || (args.length > 0 && skipped.length > 0) ? 1 : 0
