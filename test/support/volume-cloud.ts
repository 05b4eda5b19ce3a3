/** A cloud's identity, images and volumes behind one port, for tests of the Volume API. */
import type { TestContext } from 'node:test'
import { volumeService } from '../../src/api/volume/service.ts'
import { byToken } from '../../src/app/identity/authenticate.ts'
import { seedImage } from '../../src/app/image/seed.ts'
import type { Store } from '../../src/store/store.ts'
import { addDefault } from '../../src/store/volume/types.ts'
import { openServices } from './services.ts'
import type { Ask, Services } from './services.ts'
import { openEmbedded } from './stores.ts'

export type VolumeCloud = {
  readonly services: Services
  /** An image of 2 GB at least. */
  readonly image: string
  /** Asks below `/volume/v3`, at a microversion. */
  at(minor: number, who: Ask): Ask
}

export async function volumeCloud(
  t: TestContext,
  open: (t: TestContext) => Promise<Store> = openEmbedded,
): Promise<VolumeCloud> {
  const store = await open(t)
  let image = ''
  const services = await openServices(t, store, {
    mounts: async (ctx, { projects }) => {
      const data = { size: 2 ** 30 + 1, checksum: 'c', sha512: 's', file: null }
      image = await store.transaction(async (tx) => {
        await addDefault(tx, ctx.clock.now())
        const owner = projects.admin
        return await seedImage(tx, { ids: ctx.ids, at: ctx.clock.now(), owner, data })
      })
      return [{ mount: '/volume', service: volumeService(ctx, byToken(ctx)) }]
    },
  })
  return {
    services,
    image,
    at:
      (minor, who) =>
      async (method, path, { body, headers } = {}) =>
        await who(method, `/volume/v3${path}`, {
          ...(body === undefined ? {} : { body }),
          headers: { 'OpenStack-API-Version': `volume 3.${minor}`, ...headers },
        }),
  }
}
