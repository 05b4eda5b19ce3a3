/** A story by hand: the host that a server was evacuated from is back, and not clean yet, when the next one is lost. */
import { test } from 'node:test'
import { replay } from '../sim/replay.ts'

test('a server is not evacuated to the host that is still to be cleaned of it', async () =>
  await replay(import.meta.url))
