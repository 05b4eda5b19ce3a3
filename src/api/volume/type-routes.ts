/** `/types`: what operators offer, with their extra specs and who may use them. */
import {
  changeType,
  createType,
  deleteType,
  getType,
  listTypes,
  projectsWith,
  setAccess,
} from '../../app/volume/types.ts'
import type { ProjectId } from '../../domain/ids.ts'
import { isAdmin } from '../../domain/identity.ts'
import { problem } from '../../lib/problem.ts'
import { neededText } from '../http/fields.ts'
import { actionIn, noSuchAction } from './action-routes.ts'
import { flagOf, isSaid, pairsOf, textOf } from './body.ts'
import type { Answer, Call, VolumeRoute } from './call.ts'
import { pageOf } from './listing.ts'
import { changedTypeView, madeTypeView, typeView } from './views.ts'
import { valueOf } from './volume-routes.ts'

export const typeRoutes: readonly VolumeRoute[] = [
  { method: 'GET', path: '/types', handler: listed },
  { method: 'POST', path: '/types', handler: create },
  {
    method: 'GET',
    path: '/types/{id}',
    handler: async ({ ctx, who, param }) => {
      const type = await getType(ctx, who, param('id'))
      return { status: 200, body: { volume_type: typeView(type, who) } }
    },
  },
  { method: 'PUT', path: '/types/{id}', handler: update },
  {
    method: 'DELETE',
    path: '/types/{id}',
    handler: async ({ ctx, who, param }) => {
      await deleteType(ctx, who, param('id'))
      return { status: 202 }
    },
  },
  { method: 'POST', path: '/types/{id}/action', handler: act },
  {
    method: 'GET',
    path: '/types/{id}/os-volume-type-access',
    handler: async ({ ctx, who, param }) => {
      const { type, projects } = await projectsWith(ctx, who, param('id'))
      const access = projects.map((projectId) => ({
        volume_type_id: type.id,
        project_id: projectId,
      }))
      return { status: 200, body: { volume_type_access: access } }
    },
  },
  {
    method: 'GET',
    path: '/types/{id}/extra_specs',
    handler: async ({ ctx, who, param }) => {
      const type = await getType(ctx, who, param('id'))
      return { status: 200, body: { extra_specs: specsSeen(type.extraSpecs, isAdmin(who)) } }
    },
  },
  {
    method: 'POST',
    path: '/types/{id}/extra_specs',
    handler: async ({ ctx, who, param, within }) => {
      const added = pairsOf({ extra_specs: within('extra_specs') }, 'extra_specs')
      await changeType(ctx, who, param('id'), ({ extraSpecs }) => ({
        extraSpecs: { ...extraSpecs, ...added },
      }))
      return { status: 200, body: { extra_specs: added } }
    },
  },
  {
    method: 'GET',
    path: '/types/{id}/extra_specs/{key}',
    handler: async ({ ctx, who, param }) => {
      const { extraSpecs } = await getType(ctx, who, param('id'))
      const key = param('key')
      return { status: 200, body: { [key]: valueOf(specsSeen(extraSpecs, isAdmin(who)), key) } }
    },
  },
  {
    method: 'PUT',
    path: '/types/{id}/extra_specs/{key}',
    handler: async ({ ctx, who, param, body }) => {
      const pair = pairsOf({ pair: body() }, 'pair')
      if (Object.keys(pair).length !== 1 || !Object.hasOwn(pair, param('key'))) {
        throw problem('invalid', 'Request body and URI mismatch')
      }
      await changeType(ctx, who, param('id'), ({ extraSpecs }) => ({
        extraSpecs: { ...extraSpecs, ...pair },
      }))
      return { status: 200, body: pair }
    },
  },
  {
    method: 'DELETE',
    path: '/types/{id}/extra_specs/{key}',
    handler: async ({ ctx, who, param }) => {
      await changeType(ctx, who, param('id'), ({ extraSpecs }) => {
        valueOf(extraSpecs, param('key'))
        const { [param('key')]: _, ...rest } = extraSpecs
        return { extraSpecs: rest }
      })
      return { status: 202 }
    },
  },
]

async function listed(call: Call): Promise<Answer> {
  const { ctx, who, query } = call
  // Users see what they may use; operators say which they mean.
  const isPublic = isAdmin(who) ? query.get('is_public') : null
  const wanted = /^(?:1|true)$/i.test(isPublic ?? '')
    ? true
    : /^(?:0|false)$/i.test(isPublic ?? '')
      ? false
      : null
  const found = (await listTypes(ctx, who)).filter(
    (type) => wanted === null || type.isPublic === wanted,
  )
  const rest = new URLSearchParams(query)
  rest.delete('is_public')
  const views = found.map((type) => typeView(type, who))
  return { status: 200, body: pageOf('volume_types', '/types', views, { ...call, query: rest }) }
}

async function create({ ctx, who, within }: Call): Promise<Answer> {
  const body = within('volume_type')
  const type = await createType(ctx, who, {
    name: neededText(body, 'name'),
    description: textOf(body, 'description'),
    isPublic: flagOf(body, 'os-volume-type-access:is_public') ?? true,
    extraSpecs: pairsOf(body, 'extra_specs'),
  })
  return { status: 200, body: { volume_type: madeTypeView(type, who) } }
}

async function update({ ctx, who, within, param }: Call): Promise<Answer> {
  const body = within('volume_type')
  const isPublic = flagOf(body, 'is_public')
  const name = textOf(body, 'name')
  const type = await changeType(ctx, who, param('id'), () => ({
    ...(name === null ? {} : { name }),
    ...(isSaid(body, 'description') ? { description: textOf(body, 'description') } : {}),
    ...(isPublic === null ? {} : { isPublic }),
  }))
  return { status: 200, body: { volume_type: changedTypeView(type, who) } }
}

async function act({ ctx, who, param, body }: Call): Promise<Answer> {
  const { name, given } = actionIn(body())
  if (name !== 'addProjectAccess' && name !== 'removeProjectAccess') throw noSuchAction(name)
  // Whether there is such a project is Identity's to know; one that is none makes no volumes.
  const projectId = neededText(given, 'project') as ProjectId
  await setAccess(ctx, who, param('id'), { projectId, allowed: name === 'addProjectAccess' })
  return { status: 202 }
}

function specsSeen(
  specs: Readonly<Record<string, string>>,
  all: boolean,
): Readonly<Record<string, string>> {
  if (all) return specs
  return Object.fromEntries(Object.entries(specs).filter(([name]) => name === 'multiattach'))
}
