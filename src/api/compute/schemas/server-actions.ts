/** Bodies of actions on servers: an object with one key. */
import {
  description,
  flag,
  hostName,
  ipAddress,
  list,
  map,
  name,
  nothing,
  nothingOr,
  object,
  oneOf,
  orNull,
  shortText,
  tag,
  text,
  uuid,
  whole,
  ipv4,
  ipv6,
} from './parts.ts'
import {
  diskConfig,
  flavorRef,
  hostname,
  metadata,
  trustedCertificates,
  userData,
} from './servers.ts'
import { typed } from './typed.ts'

/** An action that takes nothing, and overlooks what it is given. */
export function bare<const K extends string>(key: K) {
  return typed<Record<K, unknown>>({
    type: 'object',
    properties: { [key]: {} },
    required: [key],
    additionalProperties: false,
  })
}

export const reboot = object({
  reboot: object({ type: oneOf('HARD', 'Hard', 'hard', 'SOFT', 'Soft', 'soft') }),
})
export const resize = object({
  resize: object({ flavorRef }, { 'OS-DCF:diskConfig': diskConfig }),
})
export const resetState = object({ 'os-resetState': object({ state: oneOf('active', 'error') }) })
export const lock = object({
  lock: nothingOr(object({}, { locked_reason: text({ minLength: 1, maxLength: 255 }) })),
})
export const migrate = object({ migrate: nothingOr(object({}, { host: orNull(hostName) })) })
export const triggerCrashDump = object({ trigger_crash_dump: nothing })
export const forceComplete = object({ force_complete: nothing })

const noMetadata = { metadata }
export const createImage = object({ createImage: object({ name }, noMetadata) })
export const createBackup = object({
  createBackup: object({ name, backup_type: text(), rotation: whole({ minimum: 0 }) }, noMetadata),
})
export const rebuild = object({
  rebuild: object(
    { imageRef: uuid },
    {
      name,
      description,
      hostname,
      metadata,
      adminPass: text(),
      accessIPv4: ipv4,
      accessIPv6: ipv6,
      'OS-DCF:diskConfig': diskConfig,
      preserve_ephemeral: flag,
      key_name: typed<string | null>({
        oneOf: [{ type: 'string', minLength: 1, maxLength: 255 }, { type: 'null' }],
      }),
      user_data: orNull(userData),
      trusted_image_certificates: trustedCertificates,
    },
  ),
})
export const changePassword = object({ changePassword: object({ adminPass: text() }) })
export const getConsoleOutput = object({
  'os-getConsoleOutput': object(
    {},
    { length: typed<number | null>({ whole: { minimum: -1, nullable: true } }) },
  ),
})
export const evacuate = object({ evacuate: object({}, { host: hostName, adminPass: text() }) })
export const migrateLive = object({
  'os-migrateLive': object({
    host: orNull(hostName),
    block_migration: typed<boolean | 'auto'>({ flag: 'auto' }),
  }),
})
export const rescue = object({
  rescue: nothingOr(object({}, { adminPass: text(), rescue_image_ref: uuid })),
})
export const unshelve = object({
  unshelve: nothingOr(object({}, { availability_zone: orNull(text()), host: text() })),
})

const group = object({ name: text({ minLength: 1 }) })
export const addSecurityGroup = object({ addSecurityGroup: group })
export const removeSecurityGroup = object({ removeSecurityGroup: group })

export const getVncConsole = object({
  'os-getVNCConsole': object({ type: oneOf('novnc', 'xvpvnc') }),
})
export const getSpiceConsole = object({
  'os-getSPICEConsole': object({ type: oneOf('spice-html5') }),
})
export const getSerialConsole = object({ 'os-getSerialConsole': object({ type: oneOf('serial') }) })

export const addFixedIp = object({
  addFixedIp: object({
    networkId: typed<string | number>({
      type: ['string', 'number'],
      minLength: 1,
      maxLength: 36,
    }),
  }),
})
export const removeFixedIp = object({ removeFixedIp: object({ address: ipAddress }) })
export const addFloatingIp = object({
  addFloatingIp: object({ address: ipAddress }, { fixed_address: ipAddress }),
})
export const removeFloatingIp = object({ removeFloatingIp: object({ address: ipAddress }) })

export const changeMetadata = object({ metadata })
export const setMetadataItem = object({
  meta: map(shortText, { minProperties: 1, maxProperties: 1 }),
})

export const replaceTags = object({ tags: list(tag, { maxItems: 50 }) })
/** Adding one tag takes no body. */
export const addTag = nothing

export const attachInterface = object(
  {},
  {
    interfaceAttachment: object(
      {},
      {
        net_id: uuid,
        port_id: uuid,
        tag,
        fixed_ips: list(object({ ip_address: ipAddress }), { minItems: 1, maxItems: 1 }),
      },
    ),
  },
)

const device = typed<string | null>({
  type: ['string', 'null'],
  pattern: '(^/dev/x{0,1}[a-z]{0,1}d{0,1})([a-z]+)[0-9]*$',
})
export const attachVolume = object({
  volumeAttachment: object({ volumeId: uuid }, { device, tag, delete_on_termination: flag }),
})
export const updateAttachment = object({
  volumeAttachment: object(
    { volumeId: uuid },
    { id: uuid, serverId: uuid, device, tag, delete_on_termination: flag },
  ),
})
export const attachShare = object({
  share: object(
    { share_id: uuid },
    { tag: text({ minLength: 1, maxLength: 255, pattern: '^[a-zA-Z0-9-]*$' }) },
  ),
})
