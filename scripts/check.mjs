/**
 * `npm run check`: what must hold before a commit. `npm run fix` repairs what can be repaired by itself.
 *
 * The checks share no work, so they run side by side; each says one line, and everything it has to say when it fails.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { environment, prepare, root } from './bootstrap.mjs'
import { nodeTests } from './ci/suites.mjs'

const node = await prepare()
const flags = process.argv.slice(2)
const tool = (name, ...args) => [join(root, 'node_modules', '.bin', name), ...args]

const checks = [
  ['format', tool('oxfmt', '--check', '.')],
  ['lint', tool('oxlint')],
  ['types', tool('tsc', '-p', '.')],
  ['unused', tool('knip')],
]
const fixes = [
  ['lint', tool('oxlint', '--fix')],
  ['format', tool('oxfmt', '.')],
]
const tests = ['tests', nodeTests(node, ['src/**/*.test.ts', 'test/tidy.test.ts'])]

const outcomes = []
if (flags.includes('--fix')) {
  for (const fix of fixes) outcomes.push(await perform(fix))
} else {
  outcomes.push(...(await Promise.all(checks.map(perform))))
  if (!flags.includes('--without-tests')) outcomes.push(await perform(tests))
}
const failures = outcomes.filter(({ isGood }) => !isGood).map(({ name }) => name)
process.exitCode = failures.length > 0 ? 1 : 0
if (process.env.BERTH_TALLY) {
  const passed = outcomes.length - failures.length
  console.log(JSON.stringify({ passed, failed: failures.length, skipped: [], failures }))
}

/** Runs one tool and says how it went. Resolves with its name and whether it went well. */
function perform([name, [command, ...args]]) {
  const began = performance.now()
  const stdio = ['ignore', 'pipe', 'pipe']
  const colour = process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }
  const child = spawn(command, args, {
    cwd: root,
    env: { ...environment(node), ...colour, BERTH_TALLY: '' },
    stdio,
  })
  let said = ''
  child.stdout.on('data', (text) => (said += text))
  child.stderr.on('data', (text) => (said += text))
  return new Promise((resolve) => {
    child.on('error', (error) => (said += error.message))
    child.on('close', (code) => {
      const seconds = ((performance.now() - began) / 1000).toFixed(1)
      console.log(`${code === 0 ? '✓' : '✗'} ${name} (${seconds} s)`)
      if (code !== 0) console.log(said)
      resolve({ name, isGood: code === 0 })
    })
  })
}
