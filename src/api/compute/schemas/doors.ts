/** Queries and bodies of doors to other services. */
import type { Static } from 'typebox'
import type { JsonSchema } from './json-schema.ts'
import { flag, object, oneOf, text, whole } from './parts.ts'
import { counting, many, query } from './queries.ts'
import { typed } from './typed.ts'

const anything: JsonSchema = {}
const count = many({ whole: { minimum: 1 } })

export const imagesQuery: JsonSchema = {
  ...query({
    limit: count,
    offset: count,
    page_size: count,
    marker: anything,
    name: anything,
    status: anything,
    minRam: anything,
    minDisk: anything,
    server: anything,
    type: anything,
    'changes-since': anything,
  }),
  patternProperties: { '^property-.*$': anything },
  additionalProperties: true,
}

export const groupsQuery: JsonSchema = {
  ...query({ ...counting, all_tenants: many({ type: 'string' }) }),
  additionalProperties: true,
}

export const hostsQuery: JsonSchema = {
  ...query({ zone: many({ type: 'string' }) }),
  additionalProperties: true,
}

const switching = {
  type: 'string',
  enum: ['enable', 'disable', 'Enable', 'Disable', 'ENABLE', 'DISABLE'],
}

/** At least one of the two. */
export const updateHost = typed<{ status?: string; maintenance_mode?: string }>({
  type: 'object',
  properties: { status: switching, maintenance_mode: switching },
  additionalProperties: false,
  anyOf: [{ required: ['status'] }, { required: ['maintenance_mode'] }],
})

/** Which pool an address shall come from, if anybody cares. */
export const createFloatingIp = typed<{ pool?: string | null } | null>({
  type: ['object', 'null'],
  properties: { pool: { type: ['string', 'null'] } },
})

const word = text({ minLength: 0, maxLength: 255 })

export const securityGroup = typed<{
  security_group: { name: string; description: string }
}>({
  type: 'object',
  properties: {
    security_group: {
      type: 'object',
      properties: { name: word, description: word },
      required: ['name', 'description'],
      additionalProperties: true,
    },
  },
  required: ['security_group'],
  additionalProperties: true,
})

/** What is said of ports and protocols has had no form: the rule is judged as a whole. */
export const securityGroupRule = typed<{
  security_group_rule: {
    parent_group_id: string
    group_id?: string | null
    ip_protocol?: unknown
    from_port?: unknown
    to_port?: unknown
    cidr?: unknown
  }
}>({
  type: 'object',
  properties: {
    security_group_rule: {
      type: 'object',
      properties: {
        parent_group_id: { type: 'string', format: 'uuid' },
        group_id: { type: ['string', 'null'], format: 'uuid' },
        ip_protocol: {},
        from_port: {},
        to_port: {},
        cidr: {},
      },
      required: ['parent_group_id'],
      additionalProperties: true,
    },
  },
  required: ['security_group_rule'],
  additionalProperties: true,
})

export const countedQuery: JsonSchema = { ...query(counting), additionalProperties: true }

const volumeWish = object(
  { size: whole({ minimum: 1 }) },
  {
    availability_zone: text(),
    display_name: text(),
    display_description: text(),
    volume_type: text(),
    snapshot_id: text(),
    metadata: typed<Readonly<Record<string, unknown>>>({ type: 'object', properties: {} }),
  },
)
export type VolumeDoorWish = Static<typeof volumeWish>

export const createVolume = object({ volume: volumeWish })

export const createSnapshot = object({
  snapshot: object(
    { volume_id: text() },
    { force: flag, display_name: text(), display_description: text() },
  ),
})

const someText = text({ minLength: 1 })

export const assistedSnapshot = object({
  snapshot: object({
    volume_id: someText,
    create_info: object(
      { snapshot_id: someText, type: oneOf('qcow2'), new_file: someText },
      { id: someText },
    ),
  }),
})
