/** A rebuild had destroyed the disk when it was called off for an evacuation, which then found the host back. */
import { test } from 'node:test'
import { replay } from '../sim/replay.ts'

test('a server that lost its guest to a rebuild which was called off does not say that it is active', async () =>
  await replay(import.meta.url))
