/** Where a path leads: to a route, or to the actions of a thing. The project's id may stand in front of every path. */
import { assert } from '../../lib/problem.ts'
import { openRouter } from '../http/router.ts'
import type { Params } from '../http/router.ts'
import type { Route } from './route.ts'

export type Resource = {
  readonly plain: Route | null
  /** By their key in the body; null where the path takes none. */
  readonly actions: ReadonlyMap<string, Route> | null
}

export type Place = {
  readonly resource: Resource
  readonly params: Params
  /** The project's id in the path, if it is there. */
  readonly project: string | null
}

export type RouteMap = {
  /** Null when no route has this path and method, in any version. */
  find(method: string, path: string): Place | null
}

export function openMap(routes: readonly Route[]): RouteMap {
  const resources = new Map<string, { plain: Route | null; actions: Map<string, Route> | null }>()
  for (const route of routes) {
    const key = `${route.method} ${route.path}`
    const resource = resources.get(key) ?? { plain: null, actions: null }
    resources.set(key, resource)
    if (route.action === null) {
      assert(resource.plain === null, 'two routes for one path', { key })
      resource.plain = route
    } else {
      resource.actions ??= new Map()
      assert(!resource.actions.has(route.action), 'two actions of one name', { key, ...route })
      resource.actions.set(route.action, route)
    }
  }
  const router = openRouter(
    [...resources].map(([key, resource]) => {
      const [method = '', path = ''] = key.split(' ')
      return [method, path, resource] as const
    }),
  )
  const find = (method: string, path: string, project: string | null): Place | null => {
    const match = router(method, path)
    if (match.kind !== 'found' || method === 'HEAD') return null
    if (Object.values(match.params).some((each) => each.includes('\0'))) return null
    return { resource: match.handler, params: match.params, project }
  }
  return {
    find: (method, path) => {
      const direct = find(method, path, null)
      const [, project, rest] = /^\/([0-9a-f-]+)(\/.*)$/.exec(path) ?? []
      if (direct !== null || project === undefined || rest === undefined) return direct
      return find(method, rest, project)
    },
  }
}
