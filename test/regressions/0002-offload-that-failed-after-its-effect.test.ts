/** A story on which the simulator failed, as short as it could be made. */
import { test } from 'node:test'
import { replay } from '../sim/replay.ts'

test('an offload that fails after the guest is gone has succeeded', async () =>
  await replay(import.meta.url))
