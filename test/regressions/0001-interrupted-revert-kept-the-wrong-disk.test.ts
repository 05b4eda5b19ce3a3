/** A story on which the simulator failed, as short as it could be made. */
import { test } from 'node:test'
import { replay } from '../sim/replay.ts'

test('a revert that is interrupted while the destination is being cleared keeps the disk on the source', async () =>
  await replay(import.meta.url))
