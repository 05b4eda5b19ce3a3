/** The CI's sum is only as true as what is counted for each suite, so the counting is tested like everything else. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'

const scripts = new URL('../scripts/ci/', import.meta.url)

type Result = { readonly passed: number; readonly failed: number; readonly skipped: string[] }

/** What the runner makes of suites whose commands are these shell scripts, and what it prints in the end. */
function outcome(commands: readonly string[], { minutes = 1, needs = [] as string[] } = {}) {
  const suites = commands.map((command, i) => ({ name: `suite ${i}`, needs, minutes, command }))
  const program = `
    import { runSuites, summarize } from '${new URL('runner.mjs', scripts).href}'
    const suites = ${JSON.stringify(suites)}.map((suite) => ({ ...suite, command: () => ['sh', '-c', suite.command] }))
    const results = await runSuites(suites, { node: process.execPath, deadline: Infinity })
    console.log('results ' + JSON.stringify([...results.values()]))
    summarize(results)`
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    encoding: 'utf8',
  })
  const said = /^results (.*)$/m.exec(stdout)?.[1] ?? '[]'
  const results: readonly Result[] = JSON.parse(said)
  return { results, lastLine: stdout.trimEnd().split('\n').at(-1) }
}

const counted = ({ passed, failed, skipped }: Result): readonly unknown[] => [
  passed,
  failed,
  ...skipped,
]

test('a suite is counted by the last thing that it says, and the sum is the last line', () => {
  const { results, lastLine } = outcome([
    `echo '{"passed":1,"failed":0}'; echo '{"passed":5,"failed":0,"skipped":["moon"]}'; echo bye`,
    `echo '{"passed":2,"failed":3,"skipped":[]}'; exit 1`,
  ])
  assert.deepEqual(results.map(counted), [
    [5, 0, 'moon'],
    [2, 3],
  ])
  assert.equal(lastLine, '7 passed, 3 failed')
})

test('a suite that ends badly, says nothing or runs nothing is a failure', () => {
  const { results } = outcome([
    `echo '{"passed":5,"failed":0}'; exit 1`,
    'echo all is well',
    `echo '{"passed":0,"failed":0}'`,
    'kill -9 $$',
    `echo '{"passed": many'`,
  ])
  assert.deepEqual(
    results.map(({ failed }) => failed),
    [1, 1, 1, 1, 1],
  )
})

test('a suite that takes too long is stopped with all that it started, and is a failure', () => {
  const { results } = outcome([`sleep 1000 & sleep 1000; echo '{"passed":5,"failed":0}'`], {
    minutes: 0.005,
  })
  assert.deepEqual(results.map(counted), [[0, 1]])
})

test('a suite whose needs are not here is skipped by name', () => {
  const { results } = outcome(['exit 1'], { needs: ['nothing like that'] })
  assert.deepEqual(results.map(counted), [[0, 0, 'suite 0 (no nothing like that here)']])
})

test('tests are counted one by one: not their groups, not their files', (t) => {
  assert.deepEqual(
    tallyOf(
      t,
      `import { describe, test } from 'node:test'
       describe('group', () => { test('good', () => {}); test('bad', () => { throw new Error('bad') }) })
       test('parent', async (t) => { await t.test('child', () => {}) })
       test('not here', { skip: 'no moon' }, () => {})
       test('not yet', { todo: true }, () => { throw new Error('not yet') })`,
    ),
    {
      passed: 3,
      failed: 1,
      skipped: ['a.test.mjs: not here (no moon)'],
      pending: ['a.test.mjs: not yet'],
      failures: ['a.test.mjs: group > bad'],
    },
  )
})

test('a file of tests that cannot be loaded is a failure', (t) => {
  assert.deepEqual(tallyOf(t, `throw new Error('no')`), {
    passed: 0,
    failed: 1,
    skipped: [],
    pending: [],
    failures: ['a.test.mjs'],
  })
})

/** What our reporter counts in one file of tests. */
function tallyOf(t: TestContext, text: string): unknown {
  const folder = mkdtempSync(join(tmpdir(), 'berth-tally-'))
  t.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'a.test.mjs'), text)
  const reporter = new URL('reporter.mjs', scripts).pathname
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  spawnSync(process.execPath, ['--test', `--test-reporter=${reporter}`, 'a.test.mjs'], {
    cwd: folder,
    env: { ...env, BERTH_TALLY: 'tally.json' },
  })
  return JSON.parse(readFileSync(join(folder, 'tally.json'), 'utf8'))
}

test('a suite that mostly waits runs beside the others, and says in one piece what it has to say', () => {
  const program = `
    import { runSuites } from '${new URL('runner.mjs', scripts).href}'
    const said = (name) => "echo " + name + "; sleep 1; echo " + name + "; echo '{\\"passed\\":1,\\"failed\\":0}'"
    const suites = ['works', 'waits'].map((name) => ({
      name, needs: [], minutes: 1, waits: name === 'waits', command: () => ['sh', '-c', said(name)],
    }))
    const results = await runSuites(suites, { node: process.execPath, deadline: Infinity })
    console.log('order ' + [...results.keys()].join(' '))`
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    encoding: 'utf8',
  })
  assert.match(stdout, /waits\nwaits\n/)
  assert.match(stdout, /order works waits/)
})
