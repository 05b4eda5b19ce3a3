/**
 * The safety net, tested: makes one mistake at a time in a copy of the sources, and sees whether the net catches it.
 *
 *     npm run mutate
 *     npm run mutate -- --only resize --only build.ts --seeds 60
 *
 * The stories on which the simulator failed once come first, then the simulator, which mostly needs seconds; then those scenarios
 * of the saga kit whose operation has the mistake in it, or all where it is in what they share. A mistake that none of them catches
 * survives, and that is a failure of the net.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { scenarios } from '../kit/scenarios/all.ts'
import { mutations } from './mutations.ts'
import type { Mutation } from './mutations.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [''] },
    seeds: { type: 'string', default: '24' },
    'kit-every': { type: 'string', default: '23' },
    'kit-close': { type: 'string', default: '5' },
    /** One in that many of the list, beginning with a different one each day, for a CI with little time. */
    every: { type: 'string', default: '1' },
  },
})

const root = fileURLToPath(new URL('../..', import.meta.url))
const quiet = '--disable-warning=ExperimentalWarning'
const perCatcherMs = 600_000

type Catcher = { readonly name: string; readonly args: readonly string[]; readonly says: RegExp }

const counted = /"failed":\s*[1-9]/
const kit = (name: string, ...args: readonly string[]): Catcher => {
  return { name, args: ['test/kit/main.ts', '--processes', '1', ...args], says: counted }
}

const catchers: readonly Catcher[] = [
  { name: 'stories', args: ['--test', 'test/regressions/*.test.ts'], says: /^ℹ fail [1-9]/m },
  {
    name: 'simulator',
    args: ['test/sim/main.ts', '--seeds', values.seeds, '--attempts', '0', '--save', 'failed.json'],
    says: counted,
  },
  kit('kit', '--every', values['kit-every']),
]

/** The part of the kit that is about the operations written down in that file, closer than the whole of it. */
function closeTo(file: string): readonly Catcher[] {
  const named = readFileSync(join(root, file), 'utf8').matchAll(/\boperation<\w+>\('([\w.-]+)'\)/g)
  return [...named]
    .map(([, name]) => name)
    .filter((name) => scenarios.some(({ operation }) => operation === name))
    .map((name) => kit(`kit of ${name}`, '--every', values['kit-close'], '--only', name ?? ''))
}

const every = Number(values.every)
const chosen = mutations
  .filter(({ file, why }) => values.only.some((word) => `${file} ${why}`.includes(word)))
  .filter((_, index) => index % every === 0)
const missing = chosen.filter(
  ({ file, find, also }) =>
    occurrences(file, find) !== 1 || (also !== undefined && occurrences(file, also.find) !== 1),
)
for (const { file, find, why } of missing) {
  say(`NOT FOUND exactly once in ${file}: ${why}\n${find}\n`)
}

let caught = 0
const survivors: Mutation[] = []
const copy = mkdtempSync(join(tmpdir(), 'berth-mutant-'))
try {
  for (const part of ['src', 'test', 'scripts', 'docs', 'package.json', 'tsconfig.json']) {
    cpSync(join(root, part), join(copy, part), { recursive: true })
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  if (missing.length === 0) tryAll()
} finally {
  rmSync(copy, { recursive: true, force: true })
}
say(`${chosen.length} mutations, ${caught} caught`)
const failed = survivors.length + missing.length
say(JSON.stringify({ passed: caught, failed, skipped: [] }))
process.exitCode = failed > 0 ? 1 : 0

function tryAll(): void {
  const before = caughtBy(catchers)
  // A net that catches what is no mistake would catch everything.
  if (before !== null) throw new Error(`without any mistake the ${before} already fails`)
  for (const mutation of chosen) {
    const { file, find, replace, also, why } = mutation
    const path = join(copy, file)
    const original = readFileSync(path, 'utf8')
    const first = original.replace(find, () => replace)
    const wrong = also === undefined ? first : first.replace(also.find, () => also.replace)
    writeFileSync(path, wrong)
    const [stories, ...others] = catchers
    const by = caughtBy([...(stories === undefined ? [] : [stories]), ...closeTo(file), ...others])
    writeFileSync(path, original)
    if (by === null) survivors.push(mutation)
    else caught += 1
    say(`${(by ?? 'SURVIVES').padEnd(20)} ${file.split('/').at(-1)}: ${why}`)
  }
}

/** What fails in the copy as it is, and how soon; null when nothing does. */
function caughtBy(net: readonly Catcher[]): string | null {
  for (const { name, args, says } of net) {
    const began = performance.now()
    const run = spawnSync(process.execPath, [quiet, ...args], {
      cwd: copy,
      encoding: 'utf8',
      timeout: perCatcherMs,
    })
    const seconds = ((performance.now() - began) / 1000).toFixed(1)
    // A net that cannot run, or takes for ever, has not caught anything.
    if (run.status !== 0 && says.test(run.stdout)) return `${name}, ${seconds} s`
    if (run.status !== 0) say(`  the ${name} did not run to its end: ${run.stderr.slice(-600)}`)
  }
  return null
}

function occurrences(file: string, text: string): number {
  return readFileSync(join(root, file), 'utf8').split(text).length - 1
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
