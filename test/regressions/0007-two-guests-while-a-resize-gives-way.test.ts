/** A story on which the simulator failed, as short as it could be made. */
import { test } from 'node:test'
import { replay } from '../sim/replay.ts'

test('a resize that gives way to a delete starts no second guest while the first may be running', async () =>
  await replay(import.meta.url))
