/**
 * Which stories of the Compute API the tests tell.
 *
 *     npm run stories                    plays the tests that ask the API, and prints what no test has told
 *     npm run stories -- --write         writes it down as test/golden/compute-stories.txt
 *     npm run stories -- --notes FOLDER  reads notes that were taken before
 *
 * It fails when a story is missing that the written list does not know to be missing, when the list knows one to be missing that
 * has been told, and when one has been told of which it is said that it cannot happen: the list only grows shorter.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { isComplete, storiesOf } from './coverage.ts'
import type { Story } from './coverage.ts'
import { impossible } from './impossible.ts'
import { notesIn } from './notes.ts'

const { values } = parseArgs({
  options: { write: { type: 'boolean', default: false }, notes: { type: 'string' } },
})
const root = fileURLToPath(new URL('../..', import.meta.url))
const written = join(root, 'test/golden/compute-stories.txt')
const tests = [
  'test/{stories,compute,oracle,states,volume,security}/*.test.ts',
  'test/operations/progress.test.ts',
  'src/api/compute/*.test.ts',
]

const stories = storiesOf(values.notes === undefined ? takenNow() : notesIn(values.notes))
const report = reportOf(stories)
if (values.write) writeFileSync(written, report)
const before = values.write ? report : readFileSync(written, 'utf8')
const [known, found] = [new Set(gapsIn(before)), new Set(gapsIn(report))]
const wrong = [
  ...[...found].filter((gap) => !known.has(gap)).map((gap) => `not told any more: ${gap}`),
  // Documented errors are known of only where the inventory is.
  ...[...known].filter((gap) => isComplete && !found.has(gap)).map((gap) => `told by now: ${gap}`),
  ...stories.flatMap(({ route, wronged }) =>
    wronged.map((each) => `it can happen after all: ${route}: ${each}`),
  ),
]
process.stdout.write(values.write ? report : wrong.map((each) => `${each}\n`).join(''))
const skipped = isComplete
  ? []
  : ['documented errors: the inventory of routes is not beside the project']
const failed = Math.min(wrong.length, stories.length)
say(JSON.stringify({ passed: stories.length - failed, failed, skipped }))
process.exitCode = failed > 0 ? 1 : 0

function takenNow(): ReturnType<typeof notesIn> {
  const folder = mkdtempSync(join(tmpdir(), 'berth-stories-'))
  try {
    const env = { ...process.env, BERTH_STORIES: folder }
    const args = [
      '--disable-warning=ExperimentalWarning',
      '--test',
      '--test-reporter=dot',
      ...tests,
    ]
    const { status } = spawnSync(process.execPath, args, { cwd: root, env, stdio: 'inherit' })
    if (status !== 0) throw new Error('tests failed: what they tell is not the whole story')
    return notesIn(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** A line for each route: how many of its forms were seen to succeed, what it answered, and what nobody has told or can tell. */
function reportOf(all: readonly Story[]): string {
  const whole = all.filter(({ lacks }) => lacks.length === 0).length
  const excused = all.flatMap(({ cannot }) => cannot).length
  const width = Math.max(...all.map(({ route }) => route.length))
  const lines = all.map(({ route, versions: [told, of], statuses, lacks, cannot }) =>
    [
      route.padEnd(width),
      `${told}/${of}`.padEnd(5),
      statuses.join(' ').padEnd(31),
      [
        ...(cannot.length === 0 ? [] : [`cannot: ${cannot.join(', ')}`]),
        ...(lacks.length === 0 ? [] : [`lacks: ${lacks.join(', ')}`]),
      ].join('  '),
    ]
      .join('  ')
      .trimEnd(),
  )
  return [
    `# ${whole} of ${all.length} routes have every story; ${excused} that are documented cannot happen here`,
    ...lines,
    '',
    '# What cannot happen here, and why',
    ...impossible.flatMap(({ because, stories: which }) => [
      '',
      `# ${because}`,
      ...which.map(([route, ...what]) => `# ${route}: ${what.join(', ')}`),
    ]),
    '',
  ].join('\n')
}

/** `GET /servers: 2.38`, for every one. */
function gapsIn(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => {
    const [, head = '', lacks = ''] = /^(.*?) {2}.*lacks: (.*)$/.exec(line) ?? []
    return lacks === '' ? [] : lacks.split(', ').map((gap) => `${head.trim()}: ${gap}`)
  })
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
