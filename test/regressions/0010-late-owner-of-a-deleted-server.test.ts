/** A story on which the simulator failed, as short as it could be made. */
import { test } from 'node:test'
import { replay } from '../sim/replay.ts'

test('a late owner learns that it is one, also when the server is gone', async () =>
  await replay(import.meta.url))
