/** Traits. */
import * as traits from '../../../app/placement/traits.ts'
import { problem } from '../../../lib/problem.ts'
import { newest } from '../newest.ts'
import { noContent, route } from '../route.ts'
import { traitList } from '../schemas/queries.ts'

const one = '/traits/{name}'

export const traitRoutes = [
  route({
    name: 'traits.list',
    method: 'GET',
    path: '/traits',
    rule: 'placement:traits:list',
    query: traitList,
    handler: async ({ ctx, query }) => {
      const found = await traits.list(ctx, {
        ...namesIn(query.getAll('name').at(-1)),
        associated: associatedIn(query.getAll('associated').at(-1)),
      })
      return {
        status: 200,
        body: { traits: found.map(({ name }) => name) },
        modifiedAt: newest(found.map(({ createdAt }) => createdAt)),
      }
    },
  }),
  route({
    name: 'traits.show',
    method: 'GET',
    path: one,
    rule: 'placement:traits:show',
    answersJson: false,
    handler: async ({ ctx, params }) => {
      const { createdAt } = await traits.show(ctx, params['name'] ?? '')
      return { status: 204, modifiedAt: createdAt }
    },
  }),
  route({
    name: 'traits.ensure',
    method: 'PUT',
    path: one,
    rule: 'placement:traits:update',
    handler: async ({ ctx, params }) => {
      const { trait, made } = await traits.ensure(ctx, params['name'] ?? '')
      return {
        status: made ? 201 : 204,
        location: `/traits/${trait.name}`,
        modifiedAt: trait.createdAt,
      }
    },
  }),
  route({
    name: 'traits.delete',
    method: 'DELETE',
    path: one,
    rule: 'placement:traits:delete',
    handler: async ({ ctx, params }) => {
      await traits.remove(ctx, params['name'] ?? '')
      return noContent()
    },
  }),
]

type Names = { readonly among: readonly string[] | null; readonly prefix: string | null }

/** `in:A,B` or `startswith:PREFIX`. Another operator asks for nothing. */
function namesIn(value: string | undefined): Names {
  if (value === undefined) return { among: null, prefix: null }
  const colon = value.indexOf(':')
  if (colon < 0) {
    throw problem(
      'invalid',
      `Badly formatted name parameter. Expected name query string parameter in form: ?name=[in|startswith]:[name1,name2|prefix]. Got: "${value}"`,
    )
  }
  const [operator, names] = [value.slice(0, colon), value.slice(colon + 1)]
  return {
    among: operator === 'in' ? names.split(',') : null,
    prefix: operator === 'startswith' ? names : null,
  }
}

function associatedIn(value: string | undefined): boolean | null {
  if (value === undefined) return null
  const word = value.toLowerCase()
  if (word === 'true' || word === 'false') return word === 'true'
  const why = 'The query parameter "associated" only accepts "true" or "false"'
  throw problem('invalid', why)
}
