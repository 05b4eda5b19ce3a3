/** While the host that was lost waited to be cleaned, the evacuated server went onto the shelf and came back elsewhere. */
import { test } from 'node:test'
import { replay } from '../sim/replay.ts'

test('the audit knows that an evacuated server may have come back from the shelf since', async () =>
  await replay(import.meta.url))
