/** `/{records}/{id}/tags`, the same for everything that can have tags. */
import { changeTags, getTags, noSuchTag } from '../../app/network/tags.ts'
import type { Context } from '../../app/context.ts'
import type { TaggedKind } from '../../domain/network/tags.ts'
import { bad, texts } from '../http/fields.ts'
import type { NetworkRoute } from './collection.ts'

const paths: Readonly<Record<TaggedKind, string>> = {
  network: 'networks',
  subnet: 'subnets',
  'subnet-pool': 'subnetpools',
  port: 'ports',
  router: 'routers',
  'floating-ip': 'floatingips',
  'security-group': 'security-groups',
}

const longest = 255
const most = 50

export function tagRoutes(ctx: Context): readonly NetworkRoute[] {
  return Object.entries(paths).flatMap(([kind, path]) =>
    // The keys of the table above.
    routesOf(ctx, kind as TaggedKind, `/v2.0/${path}/{id}/tags`),
  )
}

function routesOf(ctx: Context, kind: TaggedKind, path: string): readonly NetworkRoute[] {
  return [
    [
      'GET',
      path,
      async ({ who, params }) => {
        const tags = await getTags(ctx, who, kind, params['id'] ?? '')
        return { status: 200, body: { tags } }
      },
    ],
    [
      'PUT',
      path,
      async ({ who, params, body }) => {
        const wanted = texts(body(), 'tags')
        if (wanted === undefined) throw bad('tags', 'it is required')
        checkNumber(wanted)
        const tags = await changeTags(ctx, who, kind, params['id'] ?? '', () => wanted.map(checked))
        return { status: 200, body: { tags } }
      },
    ],
    [
      'DELETE',
      path,
      async ({ who, params }) => {
        await changeTags(ctx, who, kind, params['id'] ?? '', () => [])
        return { status: 204 }
      },
    ],
    [
      'GET',
      `${path}/{tag}`,
      async ({ who, params }) => {
        const tag = params['tag'] ?? ''
        const tags = await getTags(ctx, who, kind, params['id'] ?? '')
        if (!tags.includes(tag)) throw noSuchTag(tag)
        return { status: 204 }
      },
    ],
    [
      'PUT',
      `${path}/{tag}`,
      async ({ who, params }) => {
        const tag = checked(params['tag'] ?? '')
        await changeTags(ctx, who, kind, params['id'] ?? '', (known) => {
          const wanted = [...known, tag]
          checkNumber(wanted)
          return wanted
        })
        return { status: 201 }
      },
    ],
    [
      'DELETE',
      `${path}/{tag}`,
      async ({ who, params }) => {
        const tag = params['tag'] ?? ''
        await changeTags(ctx, who, kind, params['id'] ?? '', (known) => {
          if (!known.includes(tag)) throw noSuchTag(tag)
          return known.filter((each) => each !== tag)
        })
        return { status: 204 }
      },
    ],
  ]
}

function checked(tag: string): string {
  if (tag.length > 0 && tag.length <= longest && !tag.includes('\0') && tag.isWellFormed()) {
    return tag
  }
  throw bad('tags', `a tag must have from 1 to ${longest} characters`)
}

function checkNumber(tags: readonly string[]): void {
  if (tags.length > most) throw bad('tags', `there may be ${most} at most`)
}
