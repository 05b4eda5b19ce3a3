/** Two servers were deleted for the time being: one that waited to be confirmed, and one that was being rebooted. */
import { test } from 'node:test'
import { replay } from '../sim/replay.ts'

test('a server that is put aside decides nothing any more, and shows what is done with it', async () =>
  await replay(import.meta.url))
