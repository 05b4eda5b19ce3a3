/** Identity and Image behind a real server, with the files in a folder of the test's own. */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { imageService } from '../../src/api/image/service.ts'
import { byToken } from '../../src/app/identity/authenticate.ts'
import { openImageFiles } from '../../src/app/image/files.ts'
import { keepSeedImage, seedImage } from '../../src/app/image/seed.ts'
import { randomIds } from '../../src/lib/ids.ts'
import type { Store } from '../../src/store/store.ts'
import { openServices } from './services.ts'
import type { Ask, Services } from './services.ts'
import { openEmbedded } from './stores.ts'

/** Where images are. */
export const v2 = '/image/v2/images'
/** What an image needs before it can have data. */
export const formats = { disk_format: 'raw', container_format: 'bare' }

export async function imageCloud(
  t: TestContext,
  store?: Store,
): Promise<Services & { readonly folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-images-'))
  t.after(async () => await rm(folder, { recursive: true }))
  const services = await openServices(t, store ?? (await openEmbedded(t)), {
    mounts: async (ctx, seeded) => {
      const files = openImageFiles(folder, { ids: randomIds, sizeMax: 10_000_000 })
      const data = await keepSeedImage(files)
      await ctx.store.transaction(
        async (tx) =>
          await seedImage(tx, { ids: randomIds, at: 1, owner: seeded.projects.admin, data }),
      )
      return [{ mount: '/image', service: imageService({ ...ctx, files }, byToken(ctx)) }]
    },
  })
  return { ...services, folder }
}

export async function makeImage(ask: Ask, fields: object = {}): Promise<string> {
  const made = await ask('POST', v2, { body: { name: 'i', ...formats, ...fields } })
  assert.equal(made.status, 201, made.text)
  return made.body.id
}
