/**
 * The simulator: production code on a virtual clock, under every misfortune that can be written down.
 *
 *     npm run sim -- --seed 7 --operations 1000 --hosts 5      one story
 *     npm run sim -- --seed 1 --seeds 100                      a hundred of them
 *     npm run sim -- --seed 1 --seeds 20 --then-fresh 60       and then new ones for so many seconds
 *     npm run sim -- --story story.json                        one that was saved
 *
 * The same seed gives the same run, byte for byte: its digest says so. A story that fails is shrunk, told, and saved.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { writeStory } from './author.ts'
import type { Scale } from './author.ts'
import { play } from './play.ts'
import type { Played } from './play.ts'
import { failsWith, shrink } from './shrink.ts'
import { lengthOf } from './story.ts'
import type { Story } from './story.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '1' },
    'then-fresh': { type: 'string', default: '0' },
    operations: { type: 'string', default: '300' },
    hosts: { type: 'string', default: '5' },
    tenants: { type: 'string', default: '4' },
    processes: { type: 'string' },
    story: { type: 'string' },
    save: { type: 'string', default: 'failed-story.json' },
    lines: { type: 'string', default: '80' },
    attempts: { type: 'string', default: '400' },
    'keep-going': { type: 'boolean', default: false },
  },
})

const sum = { stories: 0, failed: 0, requests: 0, accepted: 0, commits: 0 }

if (values.story === undefined) await playSeeds()
else await playSaved(values.story)

const { user, system } = process.cpuUsage()
// Other programs may be using the machine: what counts is the time that this one had.
const seconds = (user + system) / 1e6
say(
  `${sum.stories} stories, ${sum.requests} operations (${sum.accepted} accepted), ${sum.commits} commits in ` +
    `${seconds.toFixed(1)} s of processor time: ${Math.round(sum.requests / seconds)} operations per second`,
)
say(JSON.stringify({ passed: sum.stories - sum.failed, failed: sum.failed, skipped: [] }))
process.exitCode = sum.failed > 0 ? 1 : 0

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

/** Plays stories of seeds that were given or count up from one, then new ones for a while. */
async function playSeeds(): Promise<void> {
  const first = Number(values.seed)
  for (let index = 0; index < Number(values.seeds); index += 1) {
    // A seed that is no number is a word, and then there is only one.
    const seed = Number.isNaN(first) ? values.seed : String(first + index)
    if (!(await playSeed(seed, index))) return
  }
  const limit = performance.now() + Number(values['then-fresh']) * 1000
  const fresh = Date.now()
  for (let index = 0; performance.now() < limit; index += 1) {
    if (!(await playSeed(String(fresh + index), index))) return
  }
}

/** Whether to go on. */
async function playSeed(seed: string, index: number): Promise<boolean> {
  const story = writeStory(seed, scaleOf(index))
  const played = await play(story)
  note(played)
  const verdict = played.violations.length === 0 ? 'good' : 'FAILED'
  const what = `${played.events} events, digest ${played.digest.slice(0, 16)}`
  say(`seed ${seed} (${story.processes} processes): ${verdict}, ${what}`)
  if (played.violations.length === 0) return true
  await tell(story, played)
  return values['keep-going']
}

function scaleOf(index: number): Scale {
  return {
    operations: Number(values.operations),
    hosts: Number(values.hosts),
    tenants: Number(values.tenants),
    processes: values.processes === undefined ? 1 + (index % 3) : Number(values.processes),
  }
}

/** Shrinks a story that failed, tells what is left of it, and saves it. */
async function tell(story: Story, played: Played): Promise<void> {
  const [first] = played.violations
  if (first === undefined) return
  say(`  ${first.invariant}: ${first.what}`)
  say(`  shrinking it from ${lengthOf(story)} entries`)
  const short = await shrink(story, failsWith(first.invariant), {
    attemptsMax: Number(values.attempts),
  })
  const again = await play(short, { keep: Number(values.lines) })
  say(`  what is left of it, ${lengthOf(short)} entries, ends like this:`)
  for (const line of again.lines) say(`  ${line.slice(0, 400)}`)
  const file = values['keep-going']
    ? values.save.replace(/(\.json)?$/, `-${story.seed}.json`)
    : values.save
  writeFileSync(file, `${JSON.stringify(short, null, 1)}\n`)
  say(`  saved: npm run sim -- --story ${file}`)
}

async function playSaved(file: string): Promise<void> {
  // Written by this very program.
  const story = JSON.parse(readFileSync(file, 'utf8')) as Story
  const played = await play(story, { keep: Number(values.lines) })
  note(played)
  for (const line of played.lines) say(line)
  say(`digest ${played.digest}`)
}

function note(played: Played): void {
  sum.stories += 1
  if (played.violations.length > 0) sum.failed += 1
  sum.requests += played.accepted + played.refused
  sum.accepted += played.accepted
  sum.commits += played.commits
}
