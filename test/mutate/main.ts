/**
 * The safety net, tested: makes one mistake at a time in a copy of the sources, and sees whether the net catches it.
 *
 *     npm run mutate
 *     npm run mutate -- --only resize --only build.ts --seeds 60
 *     npm run mutate -- --every 6 --from 2          one mistake in six, and which
 *     npm run mutate -- --known                     those only of which is written down what caught them
 *     npm run mutate -- --note                      writes down what caught each, for the next time
 *
 * What caught a mistake the last time comes first, and the rest of the net only where that does not catch it any more. A mistake
 * that nothing catches survives, and that is a failure of the net. So is a part of the net that fails without any mistake: it
 * would catch everything.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { mistakes } from './mistakes/all.ts'
import { hasItsPlace, mistaken } from './mistakes/mistake.ts'
import type { Mistake } from './mistakes/mistake.ts'
import { named, netAround, play } from './net.ts'
import type { Catcher, Verdict } from './net.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [''] },
    every: { type: 'string', default: '1' },
    from: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '24' },
    processes: { type: 'string', default: '2' },
    note: { type: 'boolean', default: false },
    known: { type: 'boolean', default: false },
  },
})

const root = fileURLToPath(new URL('../..', import.meta.url))
const notes = join(root, 'test/mutate/caught.json')
// Written by this very program.
const caught = JSON.parse(readFileSync(notes, 'utf8')) as Record<string, Catcher>
const [every, from] = [Number(values.every), Number(values.from)]
const chosen = mistakes
  .filter(({ file, why }) => values.only.some((word) => `${file} ${why}`.includes(word)))
  .filter(({ why }) => !values.known || caught[why] !== undefined)
  .filter((_, index) => (index + 1) % every === from % every)
// What needs it is left out by name where it is not there.
const hasPostgres = process.env['BERTH_TEST_POSTGRES_URL'] !== undefined
const skipped = chosen.filter(({ tests }) => tests?.needs === 'postgresql' && !hasPostgres)
const missing = chosen.filter((each) => !hasItsPlace(root, each))
const survivors: Mistake[] = []
const contents = new Map<string, Promise<Verdict>>()

for (const { file, find, why } of missing) {
  say(`NOT FOUND exactly once in ${file}: ${why}\n${find}\n`)
}
const left = chosen.filter((each) => !missing.includes(each) && !skipped.includes(each))
await Promise.all(Array.from({ length: Number(values.processes) }, () => makeMistakes(left)))
const failed = survivors.length + missing.length
const passed = chosen.length - failed - skipped.length
say(`${chosen.length} mistakes, ${passed} caught`)
say(JSON.stringify({ passed, failed, skipped: skipped.map(({ why }) => why) }))
process.exitCode = failed > 0 ? 1 : 0

/** Makes those that are left, one after the other, in a copy of its own. */
async function makeMistakes(of: Mistake[]): Promise<void> {
  const copy = mkdtempSync(join(tmpdir(), 'berth-mutant-'))
  try {
    for (const part of ['src', 'test', 'scripts', 'docs', 'package.json', 'tsconfig.json']) {
      cpSync(join(root, part), join(copy, part), { recursive: true })
    }
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
    for (let next = of.shift(); next !== undefined; next = of.shift()) await make(copy, next)
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

async function make(copy: string, mistake: Mistake): Promise<void> {
  const { file, why } = mistake
  const path = join(copy, file)
  const original = readFileSync(path, 'utf8')
  writeFileSync(path, mistaken(original, mistake))
  const began = performance.now()
  const by = await whatCatches(copy, mistake)
  writeFileSync(path, original)
  if (by === null) survivors.push(mistake)
  else {
    caught[why] = by
    if (values.note) noteCatchers()
  }
  const seconds = ((performance.now() - began) / 1000).toFixed(0)
  say(`${by === null ? 'SURVIVES' : `caught by ${named(by)}`}, ${seconds} s: ${why}`)
}

async function whatCatches(copy: string, mistake: Mistake): Promise<Catcher | null> {
  const before = caught[mistake.why]
  const net = netAround(root, mistake, Number(values.seeds))
  for (const catcher of before === undefined ? net : [before, ...net]) {
    const verdict = await play(copy, catcher)
    if (verdict.kind === 'broken') say(`  ${named(catcher)} did not run to its end: ${verdict.why}`)
    if (verdict.kind === 'caught' && (await isContent(verdict.by))) return verdict.by
  }
  return null
}

/** Whether this part of the net finds nothing where there is no mistake. Each is asked once. */
async function isContent(catcher: Catcher): Promise<boolean> {
  const key = JSON.stringify(catcher)
  const known = contents.get(key) ?? play(root, catcher)
  contents.set(key, known)
  const { kind } = await known
  if (kind !== 'content') say(`  ${named(catcher)} fails without any mistake, so it says nothing`)
  return kind === 'content'
}

/** Only of mistakes that are still on the list. */
function noteCatchers(): void {
  const kept = mistakes.flatMap(({ why }) => {
    const by = caught[why]
    return by === undefined ? [] : [[why, by] as const]
  })
  writeFileSync(notes, `${JSON.stringify(Object.fromEntries(kept), null, 2)}\n`)
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
