/** Have images on a host before a server there needs them. Nothing depends on it: what is not there is fetched when it is needed. */
import type { HostName, ImageId } from '../domain/ids.ts'
import { nothing } from '../saga/nothing.ts'
import { on, operation } from './kit.ts'

export type CacheImagesParams = { readonly host: HostName; readonly images: readonly ImageId[] }

export const cacheImages = operation<CacheImagesParams>('host.cache-images')
  .hostStep('cached', 'Fetch the images', {
    event: 'compute_cache_images',
    on: ({ p }) => p.host,
    do: async (c) => await on(c, c.p.host).cacheImages(c.p.images),
    undo: nothing('an image that is there and not needed is only in the way of other images'),
  })
  .end({ failed: async () => {} })

/** Several may be under way on one host. */
export function cachingSubject(host: HostName, id: string): string {
  return `image-cache/${host}/${id}`
}
