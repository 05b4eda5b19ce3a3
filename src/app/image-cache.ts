/** Having images on the hosts of an aggregate before servers there need them. */
import type { Identity } from '../domain/identity.ts'
import { isUp } from '../domain/host.ts'
import type { ImageId } from '../domain/ids.ts'
import { isProblem, problem } from '../lib/problem.ts'
import { cacheImages as caching, cachingSubject } from '../operations/cache-images.ts'
import * as aggregates from '../store/compute/aggregates.ts'
import * as hosts from '../store/compute/hosts.ts'
import type { Reader } from '../store/store.ts'
import { authorize } from './authorize.ts'
import { visible } from './image/images.ts'
import type { ServerContext } from './servers/context.ts'

/**
 * Begins it on every host that can be reached; the others are left out.
 * @throws `invalid` for an image that there is not or that is named twice, `not-found` for the aggregate.
 */
export async function cacheImages(
  ctx: ServerContext,
  who: Identity,
  aggregate: number,
  images: readonly string[],
): Promise<void> {
  authorize(who, 'compute:aggregates:images')
  await ctx.store.transaction(async (tx) => {
    const { hosts: members } = await aggregates.get(tx, aggregate)
    const found: ImageId[] = []
    for (const id of images) found.push(await known(tx, who, id, found))
    const now = ctx.clock.now()
    const up = (await hosts.list(tx)).filter((host) => isUp(host, now))
    for (const { name: host } of up.filter(({ name }) => members.includes(name))) {
      const id = ctx.ids.uuid()
      await ctx.start(tx, caching, {
        id,
        subject: cachingSubject(host, id),
        params: { host, images: found },
      })
    }
  })
}

async function known(
  reader: Reader,
  who: Identity,
  id: string,
  others: readonly ImageId[],
): Promise<ImageId> {
  try {
    const image = await visible(reader, who, id)
    if (!others.includes(image.id)) return image.id
  } catch (thrown) {
    if (!isProblem(thrown, 'not-found')) throw thrown
    throw problem('invalid', `Image ${id} is not found.`, { image: id }, { cause: thrown })
  }
  throw problem('invalid', `Duplicate images in request: ${id}`, { image: id })
}
