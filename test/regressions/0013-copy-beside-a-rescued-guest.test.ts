/** A revert of a resize in place broke at its end; what was rescued afterwards had the copy of before beside it for ever. */
import { test } from 'node:test'
import { replay } from '../sim/replay.ts'

test('a revert in place that breaks leaves one body, and not the copy beside it', async () =>
  await replay(import.meta.url))
