/** The simulator itself: it is the same every time, it finds what is wrong, and it tells a short story of it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { writeStory } from './author.ts'
import { play } from './play.ts'
import { shrink } from './shrink.ts'
import { lengthOf, requestsIn } from './story.ts'

const small = { operations: 120, hosts: 4, tenants: 3, processes: 2 }

test('the same seed is the same run, byte for byte', async () => {
  const first = await play(writeStory('twice', small))
  const second = await play(writeStory('twice', small))
  assert.deepEqual(second, first)
  assert.ok(first.accepted > 50 && first.events > 300, 'a run in which something happens')
})

test('another seed is another run', async () => {
  const one = await play(writeStory('one', small))
  const other = await play(writeStory('other', small))
  assert.notEqual(one.digest, other.digest)
})

for (const processes of [1, 2, 3]) {
  test(`nothing that must not be is seen in a story of ${processes} processes`, async () => {
    const story = writeStory(`everyday ${processes}`, { ...small, processes })
    assert.deepEqual((await play(story)).violations, [])
  })
}

test('a story that fails is made short, and what is left still fails', async () => {
  const story = writeStory('long', small)
  // "Fails" as long as something is resized and something is deleted: two entries are enough for that.
  const fails = async (candidate: typeof story): Promise<boolean> => {
    const entries = candidate.rounds.flatMap((round) => round.entries)
    const has = (act: string): boolean =>
      entries.some((entry) => entry.kind === 'request' && entry.act === act)
    return has('resize') && has('delete')
  }
  assert.ok(await fails(story))
  const short = await shrink(story, fails, { attemptsMax: 2000 })
  assert.ok(await fails(short))
  assert.equal(lengthOf(short), 2)
  assert.equal(requestsIn(short), 2)
})
