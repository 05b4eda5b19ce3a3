/** A server was put aside while its host was destroying the guest for the shelf, and nobody heard that it had. */
import { test } from 'node:test'
import { replay } from '../sim/replay.ts'

test('a server whose offload was called off is not taken for one that runs', async () =>
  await replay(import.meta.url))
