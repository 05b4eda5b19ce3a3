/** An operator reset a server whose move from a host to itself was being reverted, while the host made the copy the guest again. */
import { test } from 'node:test'
import { replay } from '../sim/replay.ts'

test('a copy is not dropped while its host makes the guest of it', async () =>
  await replay(import.meta.url))
