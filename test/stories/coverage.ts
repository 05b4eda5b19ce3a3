/**
 * Which stories of each route have been told: success at every version at which it changes, for every role that may, a refusal for
 * every role that may not, and every error that is documented of it, but for what cannot happen here.
 */
import { existsSync, readFileSync } from 'node:fs'
import { changes } from '../../src/api/compute/changes.ts'
import { openHistory } from '../../src/api/compute/history.ts'
import { describeRoute } from '../../src/api/compute/route.ts'
import type { Route } from '../../src/api/compute/route.ts'
import { routes, stateOf } from '../../src/api/compute/routes.ts'
import { allows } from '../../src/domain/policy.ts'
import { minorOf, operations } from '../oracle/nova-schemas.ts'
import type { Band, Operation } from '../oracle/nova-schemas.ts'
import { callers } from '../support/callers.ts'
import type { Caller } from '../support/callers.ts'
import { impossible } from './impossible.ts'
import type { Note } from './notes.ts'

export type Story = {
  readonly route: string
  /** Versions at which it succeeded, of those at which it changes. */
  readonly versions: readonly [told: number, all: number]
  readonly statuses: readonly number[]
  /** What nobody has told yet, in words. */
  readonly lacks: readonly string[]
  /** What nobody can tell. */
  readonly cannot: readonly string[]
  /** What it is said that nobody can tell, and somebody has told. */
  readonly wronged: readonly string[]
}

const inventory = new URL('../../../shared/reference/api/nova-routes.md', import.meta.url)
const history = openHistory(changes)

/** Whether what is documented of routes is there: it lies beside the project. */
export const isComplete = existsSync(inventory)

export function storiesOf(notes: readonly Note[]): readonly Story[] {
  const byRoute = Map.groupBy(notes, ({ route }) => route)
  const theirs = new Map(operations().map((each) => [keyOf(each), each]))
  const documented = documentedErrors()
  return routes
    .filter((route) => stateOf(route) === 'works' && route.speaksAs === undefined)
    .map((route) => {
      const key = describeRoute(route)
      const told = byRoute.get(key) ?? []
      const good = told.filter(({ status }) => status < 300)
      const versions = turningPoints(route, theirs.get(key))
      const silent = versions.filter((minor) => !good.some(({ at }) => at === minor))
      const errors = (documented.get(key) ?? []).filter(
        (error) => !told.some(({ status }) => status === error),
      )
      const excused = excuses.get(key) ?? []
      const lacks = [
        ...(good.length === 0 ? ['success'] : []),
        ...(good.length > 0 ? silent.map((minor) => `2.${minor}`) : []),
        ...errors.map(String),
        ...rolesLacking(route, told, !excused.includes('success')),
      ]
      return {
        route: key,
        versions: [versions.length - silent.length, versions.length] as const,
        statuses: [...new Set(told.map(({ status }) => status))].toSorted((a, b) => a - b),
        lacks: lacks.filter((each) => !excused.includes(each)),
        cannot: excused,
        wronged: excused.filter((each) => !lacks.includes(each)),
      }
    })
}

const excuses: ReadonlyMap<string, readonly string[]> = new Map(
  [
    ...Map.groupBy(
      impossible.flatMap(({ stories }) => stories),
      ([route]) => route,
    ),
  ].map(([route, each]) => [route, each.flatMap(([, ...what]) => what)]),
)

/** The versions of the route's life at which its request, its query or its answer take another form, and the first one. */
function turningPoints(route: Route, operation: Operation | undefined): readonly number[] {
  const { from, until } = history.lifeOf(route.name)
  const first = from ?? 1
  const last = until ?? history.newest
  const bands: readonly Band[] = [
    ...(operation?.request_body ?? []),
    ...(operation?.response_body ?? []),
  ]
  const ours = changes.filter(
    ({ requests = {}, statuses = {} }) => route.name in requests || route.name in statuses,
  )
  const points = [
    first,
    ...bands.map(({ min }) => minorOf(min, 1)),
    ...ours.map(({ minor }) => minor),
  ]
  return [...new Set(points)]
    .filter((minor) => minor >= first && minor <= last)
    .toSorted((a, b) => a - b)
}

/** Who may must have succeeded, where anybody can, and who may not must have been kept out. */
function rolesLacking(route: Route, told: readonly Note[], anybodyCan: boolean): readonly string[] {
  const { policy: rule, judge } = route
  if (rule === null) return []
  const owner = { projectId: 'project-1', userId: 'user-1' }
  const isLetIn = (status: number): boolean => (anybodyCan ? status < 300 : status !== 403)
  // The keys of a record are its key type.
  return (Object.keys(callers) as Caller[]).flatMap((as) => {
    const may = allows(callers[as], rule, judge === 'door' ? undefined : owner)
    const isTold = told.some(
      (note) => note.as === as && (may ? isLetIn(note.status) : isKeptOut(note.status)),
    )
    return isTold ? [] : [may ? as : `not ${as}`]
  })
}

/** What is somebody else's is forbidden to them, or not there. */
function isKeptOut(status: number): boolean {
  return status === 403 || status === 404
}

/** A row of those that are open until some version: what is answered meanwhile. */
const oldDoor = /^\| (GET|POST|PUT|DELETE) \| ([^|]+?) \|[^|]*\| 404 \|[^|]*\| ([^|]*?) \|/

/** Errors that the handler declares, by route. What every route can answer is told of all together. */
function documentedErrors(): ReadonlyMap<string, readonly number[]> {
  if (!isComplete) return new Map()
  const found = new Map<string, readonly number[]>()
  let path = ''
  for (const line of readFileSync(inventory, 'utf8').split('\n')) {
    const heading = /\(POST (\/\S+), exactly one body key\)/.exec(line)
    if (heading) path = heading[1] ?? ''
    const [, method = '', what = '', errors = ''] =
      /^\| T[12] \| (\w+) \| ([^|]+?) \| [^|]*\| ([^|]*?) \|/.exec(line) ?? oldDoor.exec(line) ?? []
    const codes = [...new Set([...errors.matchAll(/\d{3}/g)].map(([code]) => Number(code)))]
    const action = /^\*\*(\S+)\*\*$/.exec(what)?.[1]
    const place = /^`(\S+)`(?: \*\*(\S+)\*\*)?$/.exec(what)
    if (action !== undefined) found.set(`${method} ${path} ${action}`, codes)
    else if (place !== null) {
      found.set(`${method} ${place[1]}${place[2] === undefined ? '' : ` ${place[2]}`}`, codes)
    }
  }
  return found
}

function keyOf({ method, route, action }: Operation): string {
  return `${method} ${route}${action === null ? '' : ` ${action}`}`
}
