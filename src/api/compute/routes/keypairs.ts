/** Key pairs. */
import * as keypairs from '../../../app/keypairs.ts'
import { pageMax } from '../../../app/page.ts'
import { nextLinks, pageWish } from '../pages.ts'
import { created, noContent, ok } from '../replies.ts'
import { route } from '../route.ts'
import type { Route } from '../route.ts'
import * as schemas from '../schemas/keypairs.ts'

export const keypairRoutes: readonly Route[] = [
  route({
    name: 'keypairs.list',
    method: 'GET',
    path: '/os-keypairs',
    policyWithin: 'os-keypairs:index',
    query: schemas.keypairsQuery,
    handler: async ({ ctx, who, query, api, links }) => {
      const wish = api.has('keypairsComeInPages')
        ? pageWish(query)
        : { limit: pageMax, marker: null }
      const page = await keypairs.listKeypairs(ctx, who, query.one('user_id') ?? null, wish)
      const shown = page.items.map((each) => ({ keypair: api.show('keypairBrief', each) }))
      const next = nextLinks('keypairs_links', page, ({ name }) => name, links)
      return ok({ keypairs: shown, ...(api.has('keypairsComeInPages') ? next : {}) })
    },
  }),
  route({
    name: 'keypairs.create',
    method: 'POST',
    path: '/os-keypairs',
    policyWithin: 'os-keypairs:create',
    request: schemas.createKeypair,
    handler: async ({ ctx, who, body: { keypair: wish }, api }) => {
      // Before keys had to be brought along, there may be none.
      const publicKey = (wish.public_key as string | undefined) ?? null
      const { name, type = 'ssh', user_id: user = null } = wish
      const made = await keypairs.createKeypair(ctx, who, { name, type, user, publicKey })
      return created({ keypair: api.show('keypairCreated', made) })
    },
  }),
  route({
    name: 'keypairs.show',
    method: 'GET',
    path: '/os-keypairs/{id}',
    policyWithin: 'os-keypairs:show',
    query: schemas.keypairQuery,
    handler: async ({ ctx, who, params: { id = '' }, query, api }) => {
      const keypair = await keypairs.showKeypair(ctx, who, query.one('user_id') ?? null, id)
      return ok({ keypair: api.show('keypair', keypair) })
    },
  }),
  route({
    name: 'keypairs.delete',
    method: 'DELETE',
    path: '/os-keypairs/{id}',
    policyWithin: 'os-keypairs:delete',
    query: schemas.keypairQuery,
    handler: async ({ ctx, who, params: { id = '' }, query }) => {
      await keypairs.deleteKeypair(ctx, who, query.one('user_id') ?? null, id)
      return noContent()
    },
  }),
]
