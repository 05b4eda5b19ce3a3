/** Reading what clients say of an image: when they make it, and when they change it by JSON patch. */
import type { ImageChange, NewImage } from '../../app/image/images.ts'
import type { Image } from '../../domain/image.ts'
import { visibilities } from '../../domain/image.ts'
import type { ImageId, ProjectId } from '../../domain/ids.ts'
import { canonicalUuid } from '../../lib/ids.ts'
import type { Json, JsonObject } from '../../lib/json.ts'
import { problem } from '../../lib/problem.ts'
import { bad, flag, text, textOrNull, texts, whole } from '../http/fields.ts'
import { isJsonObject } from '../http/json-body.ts'

const diskFormats = [
  'ami',
  'ari',
  'aki',
  'vhd',
  'vhdx',
  'vmdk',
  'raw',
  'qcow2',
  'vdi',
  'iso',
  'ploop',
]
const containerFormats = ['ami', 'ari', 'aki', 'bare', 'ovf', 'ova', 'docker', 'compressed']
const number = { min: 0, max: 2_147_483_647 }
const tagsMax = 128
const propertiesMax = 128

/** What only the service says. */
const readOnly: ReadonlySet<string> = new Set([
  'id',
  'status',
  'size',
  'virtual_size',
  'checksum',
  'os_hash_algo',
  'os_hash_value',
  'created_at',
  'updated_at',
  'self',
  'file',
  'schema',
  'direct_url',
  'locations',
  'stores',
])

/** What every image has; everything else is a property that somebody made up. */
const common = {
  name: (body: JsonObject) => ({ name: textOrNull(body, 'name') ?? null }),
  visibility: (body: JsonObject) => {
    const asked = text(body, 'visibility')
    const found = visibilities.find((each) => each === asked)
    if (found === undefined) throw bad('visibility', `it must be one of ${visibilities.join(', ')}`)
    return { visibility: found }
  },
  // Whether there is such a project is Identity's to know; an owner that is none owns nothing.
  owner: (body: JsonObject) => ({ owner: (textOrNull(body, 'owner') ?? null) as ProjectId | null }),
  min_disk: (body: JsonObject) => ({ minDiskGb: whole(body, 'min_disk', number) ?? 0 }),
  min_ram: (body: JsonObject) => ({ minMemoryMb: whole(body, 'min_ram', number) ?? 0 }),
  disk_format: (body: JsonObject) => ({
    diskFormat: textOrNull(body, 'disk_format', { oneOf: diskFormats }) ?? null,
  }),
  container_format: (body: JsonObject) => ({
    containerFormat: textOrNull(body, 'container_format', { oneOf: containerFormats }) ?? null,
  }),
  protected: (body: JsonObject) => ({ protected: flag(body, 'protected') ?? false }),
  os_hidden: (body: JsonObject) => ({ hidden: flag(body, 'os_hidden') ?? false }),
  tags: (body: JsonObject) => ({ tags: tagsOf(body) }),
} satisfies Record<string, (body: JsonObject) => ImageChange>

type Common = keyof typeof common

function isCommon(name: string): name is Common {
  return Object.hasOwn(common, name)
}

export function readNewImage(body: JsonObject): NewImage {
  const { id: _, ...said } = body
  const names = Object.keys(said)
  const forbidden = names.find((name) => readOnly.has(name))
  if (forbidden !== undefined) throw readOnlyAttribute(forbidden)
  const read = names
    .filter(isCommon)
    .reduce<ImageChange>((all, name) => ({ ...all, ...common[name](said) }), {})
  return {
    id: idOf(body),
    owner: null,
    name: null,
    visibility: 'shared',
    minDiskGb: 0,
    minMemoryMb: 0,
    diskFormat: null,
    containerFormat: null,
    protected: false,
    hidden: false,
    tags: [],
    ...read,
    properties: checkedProperties(
      Object.fromEntries(
        names.filter((name) => !isCommon(name)).map((name) => [name, propertyOf(said, name)]),
      ),
    ),
  }
}

type Operation = {
  readonly op: 'add' | 'replace' | 'remove'
  readonly name: string
  readonly value: Json | undefined
}

/** Reads a patch. The function returned says what it makes of an image. */
export function readPatch(body: Json): (image: Image) => ImageChange {
  if (!Array.isArray(body))
    throw problem('invalid', 'Request body must be a JSON array of operation objects.')
  const operations = body.map(readOperation)
  return (image) => {
    const properties = new Map(Object.entries(image.properties))
    let change: ImageChange = {}
    for (const { op, name, value } of operations) {
      if (readOnly.has(name)) throw readOnlyAttribute(name)
      if (isCommon(name)) {
        if (op === 'remove') throw problem('forbidden', `Property ${name} may not be removed.`)
        change = { ...change, ...common[name]({ [name]: value ?? null }) }
      } else if (op === 'remove') {
        if (!properties.delete(name)) throw noProperty(name)
      } else {
        if (op === 'replace' && !properties.has(name)) throw noProperty(name)
        properties.set(name, propertyOf({ [name]: value ?? null }, name))
      }
    }
    return { ...change, properties: checkedProperties(Object.fromEntries(properties)) }
  }
}

/** Either form of JSON patch: `{"op": "add", "path": "/x"}`, or the older `{"add": "/x"}`. */
function readOperation(each: Json): Operation {
  if (!isJsonObject(each)) throw problem('invalid', 'Operations must be JSON objects.')
  const op = (['add', 'replace', 'remove'] as const).find(
    (name) => each['op'] === name || Object.hasOwn(each, name),
  )
  if (op === undefined)
    throw problem('invalid', 'Operation objects must contain one of add, replace, remove.')
  const path = text(each, 'op') === undefined ? text(each, op) : text(each, 'path')
  const name = /^\/([^/]+)$/.exec(path ?? '')?.[1]
  if (name === undefined)
    throw problem('invalid', `Pointer '${path ?? ''}' does not name one property.`)
  const value = Object.hasOwn(each, 'value') ? each['value'] : undefined
  if (op !== 'remove' && value === undefined)
    throw problem('invalid', `Operation "${op}" requires a member named "value".`)
  return { op, name: name.replaceAll('~1', '/').replaceAll('~0', '~'), value }
}

function idOf(body: JsonObject): ImageId | null {
  const asked = text(body, 'id')
  if (asked === undefined) return null
  const id = canonicalUuid(asked)
  if (id === null) throw bad('id', 'it must be a UUID')
  return id as ImageId // the id that the image will have
}

export function tagsOf(body: JsonObject): readonly string[] {
  const tags = [...new Set(texts(body, 'tags') ?? [])]
  if (tags.length > tagsMax) throw tooMany('tags', tagsMax)
  return tags
}

/** The service keeps this beginning for itself. */
const serviceOwn = 'os_glance_'

function propertyOf(body: JsonObject, name: string): string {
  if (name.length === 0 || name.length > 255) throw bad(name.slice(0, 255), 'its name is too long')
  if (name.startsWith(serviceOwn)) {
    throw problem('forbidden', `Property names that begin with ${serviceOwn} are reserved.`)
  }
  const value = text(body, name, { max: 65_535 })
  if (value === undefined) throw bad(name, 'it must be a string')
  return value
}

function checkedProperties(
  properties: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  if (Object.keys(properties).length > propertiesMax) throw tooMany('properties', propertiesMax)
  return properties
}

function tooMany(what: string, limit: number): Error {
  return problem('invalid', `The limit of ${limit} ${what} has been exceeded.`, { tooLarge: true })
}

function readOnlyAttribute(name: string): Error {
  return problem('forbidden', `Attribute '${name}' is read-only.`)
}

function noProperty(name: string): Error {
  return problem('conflict', `Property ${name} does not exist.`)
}
