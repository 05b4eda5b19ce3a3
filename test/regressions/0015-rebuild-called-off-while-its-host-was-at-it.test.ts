/** An operator reset the state of a server that was being rebuilt, while its host was destroying the disk to be replaced. */
import { test } from 'node:test'
import { replay } from '../sim/replay.ts'

test('a disk that its owner gave up for another may go a moment after the rebuild was called off', async () =>
  await replay(import.meta.url))
