/** A story on which the simulator failed, as short as it could be made. */
import { test } from 'node:test'
import { replay } from '../sim/replay.ts'

test('a server that is nowhere is not active because an operator says so', async () =>
  await replay(import.meta.url))
