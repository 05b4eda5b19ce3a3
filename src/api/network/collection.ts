/**
 * The five routes that every kind of record of the network has: list, create (one or many), show, update, delete.
 *
 * A body is an object under the record's name. Attributes that nobody knows, and those that only the service sets, are refused
 * by name, as Neutron does.
 */
import type { Seen } from '../../app/network/revisions.ts'
import type { Identity } from '../../domain/identity.ts'
import type { TagsById } from '../../domain/network/tags.ts'
import type { JsonObject } from '../../lib/json.ts'
import { problem } from '../../lib/problem.ts'
import { objects, own } from '../http/fields.ts'
import { isJsonObject } from '../http/json-body.ts'
import type { Asked, Handler } from '../http/rest-service.ts'
import type { Route } from '../http/router.ts'
import { seenIn } from './conditions.ts'
import { narrowed, pageOf } from './listing.ts'

export type NetworkRoute = Route<Handler>

export type Collection<T> = {
  /** `security_group`: what a body calls one. */
  readonly name: string
  /** `security_groups`: what a body calls many. */
  readonly plural: string
  /** `/security-groups`, below the version. */
  readonly path: string
  /** Attributes that can be set when it is made, and those that can be changed. */
  readonly creatable: readonly string[]
  readonly changeable: readonly string[]
  /** Attributes that are shown only, so that a body which has them gets the right refusal. */
  readonly shown: readonly string[]
  readonly view: (record: T, who: Identity) => object
  readonly list: (who: Identity, query: URLSearchParams) => Promise<readonly T[]>
  readonly get: (who: Identity, id: string) => Promise<T>
  readonly create: (who: Identity, bodies: readonly JsonObject[]) => Promise<readonly T[]>
  readonly update?: (who: Identity, id: string, body: JsonObject, seen: Seen) => Promise<T>
  readonly remove: (who: Identity, id: string, seen: Seen) => Promise<void>
  /** The tags of one of them, or of all; only what can have tags says it. */
  readonly tags?: (id: string | null) => Promise<TagsById>
}

/** Every record has these, and none of them can be set. */
const always = ['id', 'created_at', 'updated_at', 'revision_number', 'tags', 'status']

export function collectionRoutes<T>(collection: Collection<T>): readonly NetworkRoute[] {
  const { name, plural, update } = collection
  const view = (record: T, who: Identity, tags: TagsById): object => {
    const shown = collection.view(record, who)
    const known = 'id' in shown && typeof shown.id === 'string' ? tags.get(shown.id) : undefined
    return known === undefined ? shown : { ...shown, tags: known }
  }
  const tagsOf = collection.tags ?? untagged
  const path = `/v2.0${collection.path}`
  const one = (record: T, { who, request }: Asked<Identity>, status: number, tags = none) => ({
    status,
    body: { [name]: narrowed(view(record, who, tags), request.query) },
  })
  return [
    [
      'GET',
      path,
      async ({ request, who }) => {
        const found = await collection.list(who, request.query)
        const tags = await tagsOf(null)
        const views = found.map((record) => view(record, who, tags))
        return { status: 200, body: pageOf(plural, views, request) }
      },
    ],
    [
      'POST',
      path,
      async (asked) => {
        const { many, bodies } = bodiesOf(collection, asked.body())
        for (const body of bodies) checkNames(collection, body, 'POST')
        const made = await collection.create(asked.who, bodies)
        const [first] = made
        if (!many && first !== undefined) return one(first, asked, 201)
        return {
          status: 201,
          body: { [plural]: made.map((record) => view(record, asked.who, none)) },
        }
      },
    ],
    [
      'GET',
      `${path}/{id}`,
      async (asked) => {
        const id = asked.params['id'] ?? ''
        return one(await collection.get(asked.who, id), asked, 200, await tagsOf(id))
      },
    ],
    ...(update === undefined
      ? []
      : [
          [
            'PUT',
            `${path}/{id}`,
            async (asked: Asked<Identity>) => {
              const body = bodyOf(collection, asked.body())
              checkNames(collection, body, 'PUT')
              const id = asked.params['id'] ?? ''
              const changed = await update(asked.who, id, body, seenIn(asked.request))
              return one(changed, asked, 200, await tagsOf(id))
            },
          ] as const,
        ]),
    [
      'DELETE',
      `${path}/{id}`,
      async ({ params, who, request }) => {
        await collection.remove(who, params['id'] ?? '', seenIn(request))
        return { status: 204 }
      },
    ],
  ]
}

/** What has just been made has no tags yet, nor has what can have none. */
const none: TagsById = new Map()
const untagged = async (): Promise<TagsById> => none

type Names = Pick<Collection<never>, 'name' | 'plural' | 'creatable' | 'changeable' | 'shown'>

function bodiesOf(
  { name, plural }: Names,
  body: JsonObject,
): { readonly many: boolean; readonly bodies: readonly JsonObject[] } {
  const several = objects(body, plural)
  if (several !== undefined && several.length > 0) return { many: true, bodies: several }
  return { many: false, bodies: [bodyOf({ name }, body)] }
}

function bodyOf({ name }: Pick<Names, 'name'>, body: JsonObject): JsonObject {
  const value = own(body, name)
  if (isJsonObject(value)) return value
  throw problem('invalid', `Invalid input: the body needs an object named ${name}.`, {
    type: 'HTTPBadRequest',
  })
}

function checkNames(names: Names, body: JsonObject, verb: 'POST' | 'PUT'): void {
  const settable = verb === 'POST' ? names.creatable : names.changeable
  const known = [...always, ...names.creatable, ...names.changeable, ...names.shown]
  const unknown = Object.keys(body).filter((each) => !known.includes(each))
  if (unknown.length > 0) {
    const list = unknown.map((each) => `'${each}'`).join(', ')
    throw problem('invalid', `Unrecognized attribute(s) ${list}`, { type: 'HTTPBadRequest' })
  }
  const refused = Object.keys(body).find((each) => !settable.includes(each))
  if (refused !== undefined) {
    const message = `Attribute '${refused}' not allowed in ${verb}`
    throw problem('invalid', message, { type: 'HTTPBadRequest' })
  }
}
