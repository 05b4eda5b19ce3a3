/** An operator reset a server that was being reverted, and its owner rebooted it, while the destination still ran its guest. */
import { test } from 'node:test'
import { replay } from '../sim/replay.ts'

test('a server runs again at home when the host where it was has let go of it', async () =>
  await replay(import.meta.url))
