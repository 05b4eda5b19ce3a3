/** `/v3/projects/{id}/tags`. */
import { changeTags, getProject } from '../../app/identity/projects.ts'
import { problem } from '../../lib/problem.ts'
import { bad, texts } from '../http/fields.ts'
import type { IdentityApi, IdentityRoute } from './api.ts'
import { idOf, page } from './asked.ts'
import type { Ask } from './asked.ts'

const path = '/v3/projects/{id}/tags'
const most = 80
const longest = 255

export function projectTagRoutes({ ctx }: IdentityApi): readonly IdentityRoute[] {
  const tagOf = ({ params }: Ask): string => params['tag'] ?? ''
  const all = (ask: Ask, tags: readonly string[]) => {
    const { status, body } = page(ask, 'tags', [])
    return { status, body: { ...body, tags } }
  }
  const check = async (ask: Ask) => {
    const { tags } = await getProject(ctx, ask.who.who, idOf(ask))
    if (!tags.includes(tagOf(ask))) throw noSuchTag(tagOf(ask))
    return { status: 204 }
  }
  return [
    ['GET', path, async (ask) => all(ask, (await getProject(ctx, ask.who.who, idOf(ask))).tags)],
    [
      'PUT',
      path,
      async (ask) => {
        const wanted = texts(ask.body(), 'tags')
        if (wanted === undefined) throw bad('tags', 'it is required')
        return all(ask, await changeTags(ctx, ask.who.who, idOf(ask), () => checkedTags(wanted)))
      },
    ],
    [
      'DELETE',
      path,
      async (ask) => {
        await changeTags(ctx, ask.who.who, idOf(ask), () => [])
        return { status: 204 }
      },
    ],
    ['GET', `${path}/{tag}`, check],
    ['HEAD', `${path}/{tag}`, check],
    [
      'PUT',
      `${path}/{tag}`,
      async (ask) => {
        await changeTags(ctx, ask.who.who, idOf(ask), (known) =>
          checkedTags([...new Set([...known, tagOf(ask)])]),
        )
        return { status: 201 }
      },
    ],
    [
      'DELETE',
      `${path}/{tag}`,
      async (ask) => {
        await changeTags(ctx, ask.who.who, idOf(ask), (known) => {
          if (!known.includes(tagOf(ask))) throw noSuchTag(tagOf(ask))
          return known.filter((tag) => tag !== tagOf(ask))
        })
        return { status: 204 }
      },
    ],
  ]
}

/** @throws `invalid` for what is no tag, said twice, or too much. */
export function checkedTags(tags: readonly string[]): readonly string[] {
  if (tags.length > most) throw bad('tags', `there may be ${most} at most`)
  if (new Set(tags).size < tags.length) throw bad('tags', 'each may be there once')
  const wrong = tags.find((tag) => tag.length > longest || !/^[^,/\0]+$/u.test(tag))
  if (wrong === undefined) return tags
  throw bad('tags', `a tag has from 1 to ${longest} characters, and neither a comma nor a slash`)
}

function noSuchTag(tag: string): Error {
  return problem('not-found', `Could not find project tag: ${tag}.`, { tag })
}
