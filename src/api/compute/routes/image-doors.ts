/** The door to images from before the image service had one of its own, and to what is said of them. */
import { changeImageMetadata, showImageMetadata } from '../../../app/image/metadata.ts'
import type { ImageMetadata } from '../../../app/image/metadata.ts'
import { deleteImage, getImage, listImages } from '../../../app/image/images.ts'
import { pageOf } from '../../../app/page.ts'
import type { Image } from '../../../domain/image.ts'
import { isProblem, problem } from '../../../lib/problem.ts'
import { nextLinks, pageWish } from '../pages.ts'
import { noContent, ok } from '../replies.ts'
import { route } from '../route.ts'
import type { Call, Query, Route } from '../route.ts'
import { imagesQuery } from '../schemas/doors.ts'
import { changeMetadata, setMetadataItem } from '../schemas/server-actions.ts'
import { instantOf } from '../schemas/formats.ts'
import { imageBrief, imageFull, imageStatusOf } from '../views/image.ts'

export const imageDoorRoutes: readonly Route[] = [
  route({
    name: 'images.list',
    method: 'GET',
    path: '/images',
    policy: null,
    query: imagesQuery,
    handler: async (call) => await listed(call, imageBrief),
  }),
  route({
    name: 'images.detail',
    method: 'GET',
    path: '/images/detail',
    policy: null,
    query: imagesQuery,
    handler: async (call) => await listed(call, imageFull),
  }),
  route({
    name: 'images.show',
    method: 'GET',
    path: '/images/{id}',
    policy: null,
    handler: async ({ ctx, who, params: { id = '' }, links }) =>
      ok({ image: imageFull(await seen(getImage(ctx, who, id)), links) }),
  }),
  route({
    name: 'images.delete',
    method: 'DELETE',
    path: '/images/{id}',
    policy: null,
    handler: async ({ ctx, who, params: { id = '' } }) => {
      await seen(deleteImage(ctx, who, id))
      return noContent()
    },
  }),
  route({
    name: 'image.metadata.list',
    method: 'GET',
    path: '/images/{image_id}/metadata',
    policy: null,
    handler: async ({ ctx, who, params: { image_id: image = '' } }) =>
      ok({ metadata: await seen(showImageMetadata(ctx, who, image)) }),
  }),
  route({
    name: 'image.metadata.merge',
    method: 'POST',
    path: '/images/{image_id}/metadata',
    policy: null,
    request: changeMetadata,
    handler: async ({ ctx, who, params: { image_id: image = '' }, body: { metadata } }) => {
      const merged = (old: ImageMetadata): ImageMetadata => ({ ...old, ...metadata })
      return ok({ metadata: await seen(changeImageMetadata(ctx, who, image, merged)) })
    },
  }),
  route({
    name: 'image.metadata.replace',
    method: 'PUT',
    path: '/images/{image_id}/metadata',
    policy: null,
    request: changeMetadata,
    handler: async ({ ctx, who, params: { image_id: image = '' }, body: { metadata } }) =>
      ok({ metadata: await seen(changeImageMetadata(ctx, who, image, () => metadata)) }),
  }),
  route({
    name: 'image.metadata.show',
    method: 'GET',
    path: '/images/{image_id}/metadata/{id}',
    policy: null,
    handler: async ({ ctx, who, params: { image_id: image = '', id = '' } }) => {
      const value = (await seen(showImageMetadata(ctx, who, image)))[id]
      if (value === undefined) throw problem('not-found', 'Metadata item was not found')
      return ok({ meta: { [id]: value } })
    },
  }),
  route({
    name: 'image.metadata.set',
    method: 'PUT',
    path: '/images/{image_id}/metadata/{id}',
    policy: null,
    request: setMetadataItem,
    handler: async ({ ctx, who, params: { image_id: image = '', id = '' }, body: { meta } }) => {
      if (!Object.hasOwn(meta, id)) throw problem('invalid', 'Request body and URI mismatch')
      const merged = (old: ImageMetadata): ImageMetadata => ({ ...old, ...meta })
      await seen(changeImageMetadata(ctx, who, image, merged))
      return ok({ meta })
    },
  }),
  route({
    name: 'image.metadata.delete',
    method: 'DELETE',
    path: '/images/{image_id}/metadata/{id}',
    policy: null,
    handler: async ({ ctx, who, params: { image_id: image = '', id = '' } }) => {
      const lacking = ({ [id]: taken, ...rest }: ImageMetadata): ImageMetadata => {
        if (taken === undefined) throw problem('not-found', 'Invalid metadata key')
        return rest
      }
      await seen(changeImageMetadata(ctx, who, image, lacking))
      return noContent()
    },
  }),
]

/** An image that is not there is told in fewer words than the image service has for it. */
async function seen<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (thrown) {
    if (!isProblem(thrown, 'not-found') || !('image' in thrown.details)) throw thrown
    throw problem('not-found', 'Image not found.', thrown.details, { cause: thrown })
  }
}

async function listed({ ctx, who, query, links }: Call<unknown>, view: typeof imageBrief) {
  const anything = { ids: null, name: null, visibility: null, memberStatus: 'accepted' } as const
  const all = await listImages(ctx, who, anything)
  const fitting = all.filter((image) => fits(image, query))
  const page = pageOf(fitting, ({ id }) => id, pageWish(query))
  const next = nextLinks('images_links', page, ({ id }) => id, links)
  return ok({ images: page.items.map((image) => view(image, links)), ...next })
}

function fits(image: Image, query: Query): boolean {
  const said = (name: string, is: (value: string) => boolean): boolean => {
    const value = query.one(name)
    return value === undefined || is(value)
  }
  const property = (key: string) => (value: string) => image.properties[key] === value
  return (
    said('name', (name) => image.name === name) &&
    said('status', (word) => imageStatusOf(word) === image.status) &&
    said('minRam', (size) => image.minMemoryMb === Number(size)) &&
    said('minDisk', (size) => image.minDiskGb === Number(size)) &&
    said('server', (server) => property('instance_uuid')(server.split('/').at(-1) ?? '')) &&
    said('type', property('image_type')) &&
    said('changes-since', (text) => image.updatedAt >= (instantOf(text) ?? 0)) &&
    query.names
      .filter((name) => name.startsWith('property-'))
      .every((name) => said(name, property(name.slice('property-'.length))))
  )
}
