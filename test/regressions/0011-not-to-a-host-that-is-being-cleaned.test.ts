/** A story written by hand: what is being cleaned of a server takes so long that the server could be back before it is done. */
import { test } from 'node:test'
import { replay } from '../sim/replay.ts'

test('a server does not come to a host that is still being cleaned of it', async () =>
  await replay(import.meta.url))
