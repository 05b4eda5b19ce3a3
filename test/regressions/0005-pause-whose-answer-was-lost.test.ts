/** A story on which the simulator failed, as short as it could be made. */
import { test } from 'node:test'
import { replay } from '../sim/replay.ts'

test('a guest that was paused without anybody having written it down is written down', async () =>
  await replay(import.meta.url))
