/** Resource classes. */
import * as classes from '../../../app/placement/resource-classes.ts'
import { newest } from '../newest.ts'
import { noContent, route } from '../route.ts'
import { resourceClass } from '../schemas/others.ts'

type Body = { readonly name: string }

const all = '/resource_classes'
const one = '/resource_classes/{name}'

export const resourceClassRoutes = [
  route({
    name: 'resourceClasses.list',
    method: 'GET',
    path: all,
    rule: 'placement:resource_classes:list',
    handler: async ({ ctx, mount }) => {
      const found = await classes.list(ctx)
      return {
        status: 200,
        body: { resource_classes: found.map(({ name }) => shown(name, mount)) },
        modifiedAt: newest(found.map(({ updatedAt }) => updatedAt)),
      }
    },
  }),
  route<Body>({
    name: 'resourceClasses.create',
    method: 'POST',
    path: all,
    rule: 'placement:resource_classes:create',
    body: resourceClass,
    handler: async ({ ctx, body }) => {
      await classes.create(ctx, body.name)
      return { status: 201, location: `${all}/${body.name}` }
    },
  }),
  route({
    name: 'resourceClasses.show',
    method: 'GET',
    path: one,
    rule: 'placement:resource_classes:show',
    handler: async ({ ctx, params, mount }) => {
      const found = await classes.show(ctx, params['name'] ?? '')
      return { status: 200, body: shown(found.name, mount), modifiedAt: found.updatedAt }
    },
  }),
  route({
    name: 'resourceClasses.ensure',
    method: 'PUT',
    path: one,
    rule: 'placement:resource_classes:update',
    names: resourceClass,
    handler: async ({ ctx, params }) => {
      const name = params['name'] ?? ''
      return { status: (await classes.ensure(ctx, name)) ? 201 : 204, location: `${all}/${name}` }
    },
  }),
  route<Body>({
    name: 'resourceClasses.rename',
    method: 'PUT',
    path: one,
    rule: 'placement:resource_classes:update',
    body: resourceClass,
    handler: async ({ ctx, params, body, mount }) => {
      const renamed = await classes.rename(ctx, params['name'] ?? '', body.name)
      return { status: 200, body: shown(renamed.name, mount) }
    },
  }),
  route({
    name: 'resourceClasses.delete',
    method: 'DELETE',
    path: one,
    rule: 'placement:resource_classes:delete',
    handler: async ({ ctx, params }) => {
      await classes.remove(ctx, params['name'] ?? '')
      return noContent()
    },
  }),
]

function shown(name: string, mount: string): object {
  return { name, links: [{ rel: 'self', href: `${mount}${all}/${name}` }] }
}
