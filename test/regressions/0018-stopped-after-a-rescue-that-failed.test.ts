/** A host had put the guest into rescue when it failed; then the server was stopped, and would have been started from the rescue image. */
import { test } from 'node:test'
import { replay } from '../sim/replay.ts'

test('a server that is not rescued does not run from a rescue image', async () =>
  await replay(import.meta.url))
