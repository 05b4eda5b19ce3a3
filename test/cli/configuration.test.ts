import { deepEqual, doesNotMatch, throws } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { readConfig } from '../../src/config.ts'
import type { Config } from '../../src/config.ts'
import { help } from '../../src/help.ts'
import { asProblem } from '../../src/lib/problem.ts'

test('bounds on candidates come from options, or from the environment', () => {
  const usual = { workMax: 4_000_000, countMax: null, shuffled: false }
  const given = ['--candidate-work-max', '5000', '--candidates-max', '7']
  deepEqual(read([]).candidates, usual)
  deepEqual(read(given).candidates, { ...usual, workMax: 5000, countMax: 7 })
  deepEqual(read([], { BERTH_CANDIDATE_ORDER: 'random' }).candidates, { ...usual, shuffled: true })
  throws(() => read(['--candidate-work-max', '1']), /takes a whole number from 1000/)
  throws(() => read(['--candidate-order', 'best']), /takes known, random/)
})

test('the help and the documentation tell of the same options, and all of them exist', () => {
  const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8')
  const table = page.split('\n').filter((line) => line.startsWith('| `--'))
  const told = namesIn(help)
  deepEqual(namesIn(table.map((line) => line.split('|')[1]).join()), told)
  for (const name of told) doesNotMatch(refusalOf([name, 'x']), /unknown option/i, name)
})

function namesIn(text: string): readonly string[] {
  return [...new Set(text.match(/--[a-z][a-z-]*/g))].toSorted()
}

function refusalOf(argv: readonly string[]): string {
  try {
    readConfig(argv, {})
    return ''
  } catch (thrown) {
    return asProblem(thrown).message
  }
}

function read(argv: readonly string[], env: Readonly<Record<string, string>> = {}): Config {
  const config = readConfig(argv, env)
  if (config === 'help') throw new Error('nobody asked for help')
  return config
}
