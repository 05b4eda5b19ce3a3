/** A revert was called off by a soft delete, and the cleaning that it had ordered came when the host was switching the guest off. */
import { test } from 'node:test'
import { replay } from '../sim/replay.ts'

test('a host does one thing at a time for a server, whoever asks', async () =>
  await replay(import.meta.url))
