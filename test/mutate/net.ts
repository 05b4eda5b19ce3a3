/**
 * The safety net, as what can be run: the simulator, the stories on which it failed once, and the saga kit.
 *
 * It is run from the close to the wide, and what catches a mistake is narrowed down to the one story or scenario that does. That is
 * kept in `caught.json`, so that the next time the same mistake costs seconds.
 */
import { spawn } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { scenarios } from '../kit/scenarios/all.ts'
import type { Mistake } from './mistakes/mistake.ts'

/** What is given to Node in the root of a copy of the sources. */
export type Catcher = readonly string[]

export type Verdict =
  | { readonly kind: 'content' }
  /** It found something. Where it can say so, `by` is that part of it which did. */
  | { readonly kind: 'caught'; readonly by: Catcher }
  /** It did not run to its end: that is no catch. */
  | { readonly kind: 'broken'; readonly why: string }

const quiet = '--disable-warning=ExperimentalWarning'
const withinMs = 600_000
const operations = 'src/operations'
/** A file that more operations than that use is none of theirs. */
const closeMax = 4

const simulator = ['test/sim/main.ts', '--attempts', '0', '--save', '/dev/null']
const kit = ['test/kit/main.ts', '--processes', '1', '--until-failed']

/** Scenarios that go through all that operations share. */
const common = ['build', 'delete', 'resize, rolling back what fails']

/** Stories that are told first: what they do not see is sooner found close by. */
const storiesFirst = 6

/** Who may catch the mistake: whoever costs little first, then the close ones, then all. */
export function netAround(root: string, mistake: Mistake, stories: number): readonly Catcher[] {
  const { file, tests } = mistake
  const close = closeTo(root, file)
  const nearest = close.length === 0 ? common : close
  const only = nearest.flatMap((name) => ['--only', name])
  return [
    ...(tests === undefined ? [] : [['--test', tests.file]]),
    [...simulator, '--seeds', String(storiesFirst)],
    [...kit, '--weathers', ...only],
    [...simulator, '--seed', String(storiesFirst + 1), '--seeds', String(stories - storiesFirst)],
    [...kit, '--every', '7', ...only],
    ['--test', 'test/regressions/*.test.ts'],
    [...kit, '--every', '23'],
  ]
}

/** The operations whose page that is, or whose pages import it, as far as the kit tries them. */
function closeTo(root: string, file: string): readonly string[] {
  const texts = new Map(
    readdirSync(join(root, operations))
      .filter((name) => name.endsWith('.ts'))
      .map((name) => [name, readFileSync(join(root, operations, name), 'utf8')]),
  )
  const own = file.slice(operations.length + 1)
  const pages = [...texts]
    .filter(([name, text]) => name === own || text.includes(`'./${own}'`))
    .flatMap(([, text]) => [...text.matchAll(/\boperation<\w+>\('([\w.-]+)'\)/g)])
    .flatMap(([, name]) => (name === undefined ? [] : [name]))
    .filter((name) => scenarios.some(({ operation }) => operation === name))
  return pages.length > closeMax ? [] : pages
}

export async function play(root: string, catcher: Catcher): Promise<Verdict> {
  const child = spawn(process.execPath, [quiet, ...catcher], { cwd: root, timeout: withinMs })
  let [said, complained] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (complained += chunk.toString()))
  const code = await new Promise((resolve) => child.once('close', resolve))
  if (code === 0) return { kind: 'content' }
  if (/"failed":\s*[1-9]/.test(said) || /^ℹ fail [1-9]/m.test(said)) {
    return { kind: 'caught', by: narrowed(catcher, said, complained) }
  }
  return { kind: 'broken', why: complained.slice(-600) }
}

/** The one story or scenario that found something, as something that can be run alone. */
function narrowed(catcher: Catcher, said: string, complained: string): Catcher {
  const story = /^seed (\S+) \((\d+) processes\): FAILED/m.exec(said)
  if (story?.[1] !== undefined && story[2] !== undefined) {
    return [...simulator, '--seed', story[1], '--processes', story[2]]
  }
  const [, told] = said.split('failing tests')
  const file = /test\/regressions\/[\w.-]+\.test\.ts/.exec(told ?? '')?.[0]
  if (file !== undefined) return ['--test', file]
  const scenario = scenarios.find(({ name }) => complained.includes(`\n${name}: `))
  if (scenario === undefined) return catcher
  const wide = catcher.indexOf('--only')
  return [...catcher.slice(0, wide < 0 ? undefined : wide), '--only', scenario.name]
}

/** In a line, for people. */
export function named(catcher: Catcher): string {
  const [program = '', ...args] = catcher
  const after = (flag: string): string => args[args.indexOf(flag) + 1] ?? ''
  if (program === '--test') return args[0] ?? ''
  if (program.includes('/sim/')) {
    return args.includes('--seed') ? `seed ${after('--seed')}` : 'the simulator'
  }
  return args.includes('--only') ? `the kit: ${after('--only')}` : 'the kit'
}
