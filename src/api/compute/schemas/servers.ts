/** Servers: their making and changing. */
import type { Static } from 'typebox'
import type { JsonSchema } from './json-schema.ts'
import {
  anything,
  description,
  flag,
  hostName,
  int32Max,
  ipAddress,
  ipv4,
  ipv6,
  list,
  map,
  name,
  object,
  oneOf,
  orNull,
  shortText,
  tag,
  text,
  uuid,
  whole,
  wholeOrNull,
} from './parts.ts'
import { typed } from './typed.ts'

export const hostname = text({ minLength: 1, maxLength: 255, pattern: '^[a-zA-Z0-9-._]*$' })
/** One label, as it had to be. */
export const shortHostname = text({
  minLength: 2,
  maxLength: 63,
  pattern: '^[a-zA-Z0-9]+[a-zA-Z0-9-]*[a-zA-Z0-9]+$',
})

export const metadata = map(shortText)
export const diskConfig = oneOf('AUTO', 'MANUAL')
export const userData = text({ maxLength: 65_535, format: 'base64' })
/** A reference to a flavor: text, or a number that means its text. */
export const flavorRef = typed<string | number>({ type: ['string', 'integer'], minLength: 1 })
export const imageRef = typed<string>({
  oneOf: [
    { type: 'string', format: 'uuid' },
    { type: 'string', maxLength: 0 },
  ],
})
export const trustedCertificates = typed<string[] | null>({
  type: ['array', 'null'],
  items: { type: 'string', minLength: 1 },
  minItems: 1,
  maxItems: 50,
  uniqueItems: true,
})

/** Files that were put into the guest. */
export const personality = list(object({}, { path: text(), contents: text({ format: 'base64' }) }))

const networkFields = { fixed_ip: ipAddress, port: orNull(uuid), tag }
const network = object({}, { ...networkFields, uuid })
const networks = typed<Network[] | 'none' | 'auto'>({
  oneOf: [
    { type: 'array', items: network },
    { type: 'string', enum: ['none', 'auto'] },
  ],
})
type Network = Static<typeof network>

/** A list only, and a network was whatever text. */
export const olderNetworks = list(object({}, { ...networkFields, uuid: text() }))

const deviceName = text({ minLength: 1, maxLength: 255, pattern: '^[a-zA-Z0-9._/-]*$' })
const disk = {
  connection_info: text({ maxLength: 16_777_215 }),
  delete_on_termination: flag,
  device_name: deviceName,
  no_device: anything,
  snapshot_id: uuid,
  virtual_name: shortText,
  volume_id: uuid,
  volume_size: whole({ minimum: 1, maximum: int32Max }),
}
const blockDevice = object(
  {},
  {
    ...disk,
    boot_index: wholeOrNull(),
    destination_type: oneOf('local', 'volume'),
    device_type: shortText,
    disk_bus: shortText,
    guest_format: shortText,
    image_id: uuid,
    source_type: oneOf('volume', 'image', 'snapshot', 'blank'),
    tag,
    uuid: text({ minLength: 1, maxLength: 255, pattern: '^[a-zA-Z0-9._-]*$' }),
    volume_type: orNull(shortText),
  },
)

const uuids: JsonSchema = { type: 'array', items: { type: 'string', format: 'uuid' } }
const oneUuid: JsonSchema = { type: 'string', format: 'uuid' }
const texts: JsonSchema = { type: ['string', 'array'], items: { type: 'string' } }

/** Hints for the scheduler: those it knows have forms, others are whatever they are. */
const hints = typed<Readonly<Record<string, unknown>>>({
  type: 'object',
  properties: {
    build_near_host_ip: ipAddress,
    cidr: { type: 'string', pattern: '^/[0-9a-f.:]+$' },
    different_cell: texts,
    different_host: { oneOf: [oneUuid, uuids] },
    group: { oneOf: [uuids, oneUuid] },
    query: { type: ['string', 'object'] },
    same_host: { type: ['string', 'array'], items: { type: 'string', format: 'uuid' } },
    target_cell: { type: 'string', minLength: 1, maxLength: 255, format: 'name' },
  },
  additionalProperties: true,
})

export const createServer = object(
  {
    server: object(
      { name, flavorRef, networks },
      {
        imageRef,
        metadata,
        description,
        hostname,
        adminPass: text(),
        key_name: name,
        availability_zone: name,
        security_groups: list(object({}, { name })),
        accessIPv4: ipv4,
        accessIPv6: ipv6,
        config_drive: flag,
        user_data: userData,
        'OS-DCF:diskConfig': diskConfig,
        min_count: whole({ minimum: 1 }),
        max_count: whole({ minimum: 1 }),
        return_reservation_id: flag,
        block_device_mapping: list(object({}, disk)),
        block_device_mapping_v2: list(blockDevice),
        tags: list(tag, { maxItems: 50 }),
        trusted_image_certificates: trustedCertificates,
        host: hostName,
        hypervisor_hostname: hostName,
      },
    ),
  },
  { 'os:scheduler_hints': hints, 'OS-SCH-HNT:scheduler_hints': hints },
)

export const updateServer = object({
  server: object(
    {},
    {
      name,
      description,
      hostname,
      accessIPv4: ipv4,
      accessIPv6: ipv6,
      'OS-DCF:diskConfig': diskConfig,
      pinned_availability_zone: orNull(text({ minLength: 1, maxLength: 255 })),
    },
  ),
})
