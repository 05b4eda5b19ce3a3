import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openEmbedded } from '../../../test/support/stores.ts'
import type { ProjectId } from '../../domain/ids.ts'
import { virtualClock } from '../../lib/virtual-clock.ts'
import { randomIds as ids } from '../../lib/ids.ts'
import { silentLog } from '../../lib/log.ts'
import { seededRandom } from '../../lib/random.ts'
import { openImageFiles } from './files.ts'
import { keepSeedImage, seedImage } from './seed.ts'
import { sweepImages } from './sweep.ts'

test('a sweep removes old files that nobody needs, and keeps images and uploads under way', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'berth-sweep-'))
  t.after(async () => await rm(folder, { recursive: true }))
  const store = await openEmbedded(t)
  const files = openImageFiles(folder, { ids })
  const data = await keepSeedImage(files)
  const owner = 'p' as ProjectId
  await store.transaction(async (tx) => await seedImage(tx, { ids, at: 1, owner, data }))
  await mkdir(join(folder, 'incoming'), { recursive: true })
  for (const name of ['stray', 'young', 'incoming/half', 'incoming/young']) {
    await writeFile(join(folder, name), 'x')
  }
  const now = 1_800_000_000_000
  for (const name of [data.file ?? '', 'stray', 'incoming/half']) {
    await utimes(join(folder, name), 1_700_000_000, 1_700_000_000)
  }
  for (const name of ['young', 'incoming/young']) {
    await utimes(join(folder, name), now / 1000 - 60, now / 1000 - 60)
  }
  const clock = virtualClock(now)
  const swept = await sweepImages({
    store,
    clock,
    ids,
    random: seededRandom(1),
    log: silentLog,
    files,
  })
  assert.equal(swept, 2)
  assert.deepEqual(new Set(await readdir(folder)), new Set([data.file, 'incoming', 'young']))
  assert.deepEqual(await readdir(join(folder, 'incoming')), ['young'])
})
