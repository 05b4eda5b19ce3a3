/** Servers: their making, changing and finding. */
import Type from 'typebox'
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
import { anyText, countText, many, query, regexText, timeText } from './queries.ts'

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
export const flavorRef = Type.Unsafe<string | number>({ type: ['string', 'integer'], minLength: 1 })
export const imageRef = Type.Unsafe<string>({
  oneOf: [
    { type: 'string', format: 'uuid' },
    { type: 'string', maxLength: 0 },
  ],
})
export const trustedCertificates = Type.Unsafe<string[] | null>({
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
const networks = Type.Unsafe<Network[] | 'none' | 'auto'>({
  oneOf: [
    { type: 'array', items: network },
    { type: 'string', enum: ['none', 'auto'] },
  ],
})
type Network = Type.Static<typeof network>

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
const hints = Type.Unsafe<Readonly<Record<string, unknown>>>({
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

/** What a list can be sorted by. */
export const serverKeys = [
  'access_ip_v4',
  'access_ip_v6',
  'auto_disk_config',
  'availability_zone',
  'config_drive',
  'created_at',
  'display_description',
  'display_name',
  'host',
  'hostname',
  'image_ref',
  'instance_type_id',
  'kernel_id',
  'key_name',
  'launch_index',
  'launched_at',
  'locked',
  'locked_by',
  'node',
  'power_state',
  'progress',
  'project_id',
  'ramdisk_id',
  'root_device_name',
  'task_state',
  'terminated_at',
  'updated_at',
  'user_id',
  'uuid',
  'vm_state',
] as const

/** Keys that were taken, and did nothing. */
const idleKeys = [
  'architecture',
  'cell_name',
  'cleaned',
  'default_ephemeral_device',
  'default_swap_device',
  'deleted',
  'deleted_at',
  'disable_terminate',
  'ephemeral_gb',
  'ephemeral_key_uuid',
  'id',
  'key_data',
  'launched_on',
  'memory_mb',
  'os_type',
  'reservation_id',
  'root_gb',
  'shutdown_terminate',
  'user_data',
  'vcpus',
  'vm_mode',
]

export const olderSortKeys = many({ type: 'string', enum: [...serverKeys, ...idleKeys] })

const asText = Object.fromEntries(
  [
    'all_tenants',
    'block_device_mapping',
    'deleted',
    'host',
    'image',
    'image_ref',
    'info_cache',
    'launch_index',
    'locked',
    'marker',
    'metadata',
    'pci_devices',
    'project_id',
    'security_groups',
    'services',
    'soft_deleted',
    'sort_dir',
    'status',
    'system_metadata',
    'task_state',
    'tenant_id',
    'user_id',
    'uuid',
    'vm_state',
  ].map((parameter) => [parameter, many(anyText)]),
)
const asRegex = Object.fromEntries(
  [
    'access_ip_v4',
    'access_ip_v6',
    'auto_disk_config',
    'availability_zone',
    'config_drive',
    'created_at',
    'description',
    'display_description',
    'display_name',
    'flavor',
    'hostname',
    'ip',
    'ip6',
    'kernel_id',
    'key_name',
    'launched_at',
    'locked_by',
    'name',
    'node',
    'not-tags',
    'not-tags-any',
    'power_state',
    'progress',
    'ramdisk_id',
    'reservation_id',
    'root_device_name',
    'tags',
    'tags-any',
    'terminated_at',
  ].map((parameter) => [parameter, many(regexText)]),
)

export const serversQuery: JsonSchema = {
  ...query({
    ...asText,
    ...asRegex,
    limit: many(countText),
    'changes-since': many(timeText),
    'changes-before': many(timeText),
    sort_key: many({ type: 'string', enum: [...serverKeys] }),
  }),
  // Taken, and refused for what they would look into.
  patternProperties: { '^_': many(anyText) },
}
