/** Stories that failed once and never may again: each lies beside the test that plays it, under the same name. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { play } from './play.ts'
import type { Story } from './story.ts'

/** Plays the story that lies beside the test of that address. */
export async function replay(testUrl: string): Promise<void> {
  const file = fileURLToPath(testUrl).replace(/\.test\.ts$/, '.json')
  // Written by the simulator.
  const story = JSON.parse(readFileSync(file, 'utf8')) as Story
  const { violations, accepted } = await play(story)
  assert.deepEqual(violations, [])
  assert.ok(accepted > 0, 'a story in which something happens')
}
