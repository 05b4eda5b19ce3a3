/** `/v2/images`: records and bytes. */
import type { ImageContext } from '../../app/image/context.ts'
import * as images from '../../app/image/images.ts'
import { problem } from '../../lib/problem.ts'
import { parseJson } from '../http/json-body.ts'
import type { Handler } from '../http/rest-service.ts'
import type { Route } from '../http/router.ts'
import type { HttpReply } from '../http/service.ts'
import { readNewImage, readPatch, tagsOf } from './image-body.ts'
import { pageOf, readFilter } from './listing.ts'
import { imageView } from './views.ts'

const patchTypes: readonly string[] = [
  'application/openstack-images-v2.1-json-patch',
  'application/openstack-images-v2.0-json-patch',
]

export function imageRoutes(ctx: ImageContext): readonly Route<Handler>[] {
  return [...recordRoutes(ctx), ...dataRoutes(ctx), ...tagRoutes(ctx)]
}

function recordRoutes(ctx: ImageContext): readonly Route<Handler>[] {
  return [
    [
      'GET',
      '/v2/images',
      async ({ request, who }) => {
        const found = await images.listImages(ctx, who, readFilter(request.query))
        return { status: 200, body: pageOf(found, request.query) }
      },
    ],
    [
      'POST',
      '/v2/images',
      async ({ request, who, body }) => {
        const image = await images.createImage(ctx, who, readNewImage(body()))
        const location = `${request.origin}${request.mount}/v2/images/${image.id}`
        return { status: 201, headers: { Location: location }, body: imageView(image) }
      },
    ],
    [
      'GET',
      '/v2/images/{id}',
      async ({ params, who }) => ({
        status: 200,
        body: imageView(await images.getImage(ctx, who, params['id'] ?? '')),
      }),
    ],
    [
      'PATCH',
      '/v2/images/{id}',
      async ({ request, params, who }) => {
        if (!patchTypes.includes(mediaTypeOf(request.headers['content-type']))) {
          return unsupported(patchTypes)
        }
        const change = readPatch(parseJson(request.body))
        const image = await images.updateImage(ctx, who, params['id'] ?? '', change)
        return { status: 200, body: imageView(image) }
      },
    ],
    [
      'DELETE',
      '/v2/images/{id}',
      async ({ params, who }) => {
        await images.deleteImage(ctx, who, params['id'] ?? '')
        return { status: 204 }
      },
    ],
  ]
}

function dataRoutes(ctx: ImageContext): readonly Route<Handler>[] {
  return [
    [
      'PUT',
      '/v2/images/{id}/file',
      async ({ request, params, who }) => {
        if (mediaTypeOf(request.headers['content-type']) !== 'application/octet-stream') {
          return unsupported(['application/octet-stream'])
        }
        await images.uploadImage(ctx, who, params['id'] ?? '', request.stream ?? nothing())
        return { status: 204 }
      },
    ],
    [
      'GET',
      '/v2/images/{id}/file',
      async ({ params, who }) => {
        const found = await images.downloadImage(ctx, who, params['id'] ?? '')
        const data = found?.image.data ?? null
        if (found === null || data === null) return { status: 204 }
        const headers = {
          'Content-Type': 'application/octet-stream',
          'Content-Length': String(data.size),
          'Content-MD5': data.checksum,
        }
        return { status: 200, headers, body: found.bytes }
      },
    ],
    [
      'GET',
      '/v2/images/{id}/tasks',
      async ({ params, who }) => {
        await images.getImage(ctx, who, params['id'] ?? '')
        // Tasks are what imports are made of, and nothing is imported.
        return { status: 200, body: { tasks: [] } }
      },
    ],
    ['POST', '/v2/images/{id}/actions/deactivate', statusHandler(ctx, 'deactivated')],
    ['POST', '/v2/images/{id}/actions/reactivate', statusHandler(ctx, 'active')],
  ]
}

function statusHandler(ctx: ImageContext, status: 'active' | 'deactivated'): Handler {
  return async ({ params, who }) => {
    await images.setImageStatus(ctx, who, params['id'] ?? '', status)
    return { status: 204 }
  }
}

function tagRoutes(ctx: ImageContext): readonly Route<Handler>[] {
  return [
    [
      'PUT',
      '/v2/images/{id}/tags/{tag}',
      async ({ params, who }) => {
        await images.updateImage(ctx, who, params['id'] ?? '', ({ tags }) => ({
          tags: tagsOf({ tags: [...tags, params['tag'] ?? ''] }),
        }))
        return { status: 204 }
      },
    ],
    [
      'DELETE',
      '/v2/images/{id}/tags/{tag}',
      async ({ params, who }) => {
        await images.updateImage(ctx, who, params['id'] ?? '', ({ tags }) => {
          if (!tags.includes(params['tag'] ?? ''))
            throw problem('not-found', 'The image has no such tag.')
          return { tags: tags.filter((tag) => tag !== params['tag']) }
        })
        return { status: 204 }
      },
    ],
  ]
}

function mediaTypeOf(header: string | undefined): string {
  return header?.split(';')[0]?.trim().toLowerCase() ?? ''
}

function unsupported(accepted: readonly string[]): HttpReply {
  const message = `The content type must be one of ${accepted.join(', ')}.`
  const title = 'Unsupported Media Type'
  return { status: 415, body: { message, code: `415 ${title}`, title } }
}

/** The bytes of an upload without a body. */
async function* nothing(): AsyncIterable<Uint8Array> {}
