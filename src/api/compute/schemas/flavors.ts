/** Flavors, their extra specs and who may use them. */
import { flag, int32Max, map, name, object, text, whole } from './parts.ts'
import { anyText, many, paging, query } from './queries.ts'
import { typed } from './typed.ts'

const description = typed<string | null>({
  type: ['string', 'null'],
  minLength: 0,
  maxLength: 65_535,
  format: 'printable',
})

export const createFlavor = object({
  flavor: object(
    {
      name,
      ram: whole({ minimum: 1, maximum: int32Max }),
      vcpus: whole({ minimum: 1, maximum: int32Max }),
      disk: whole({ minimum: 0, maximum: int32Max }),
    },
    {
      id: typed<string | number | null>({
        type: ['string', 'number', 'null'],
        minLength: 1,
        maxLength: 255,
        pattern: '^(?! )[a-zA-Z0-9. _-]+(?<! )$',
      }),
      swap: whole({ minimum: 0, maximum: int32Max }),
      'OS-FLV-EXT-DATA:ephemeral': whole({ minimum: 0, maximum: int32Max }),
      'os-flavor-access:is_public': flag,
      description,
    },
  ),
})

export const updateFlavor = object({ flavor: object({ description }) })

/** A value may come as a number; it is kept as text. */
const specs = map(typed<string | number>({ type: ['string', 'number'], maxLength: 255 }))
export const createSpecs = object({ extra_specs: specs })
export const updateSpec = map(
  typed<string | number>({ type: ['string', 'number'], maxLength: 255 }),
  { minProperties: 1, maxProperties: 1 },
)

const tenant = object({ tenant: text({ minLength: 1, maxLength: 255 }) })
export const grantAccess = object({ addTenantAccess: tenant })
export const revokeAccess = object({ removeTenantAccess: tenant })

export const flavorKeys = [
  'created_at',
  'description',
  'disabled',
  'ephemeral_gb',
  'flavorid',
  'id',
  'is_public',
  'memory_mb',
  'name',
  'root_gb',
  'swap',
  'updated_at',
  'vcpu_weight',
  'vcpus',
] as const

export const flavorsQuery = query({
  ...paging,
  is_public: many(anyText),
  minRam: many(anyText),
  minDisk: many(anyText),
  name: many(anyText),
  sort_key: many({ type: 'string', enum: [...flavorKeys] }),
  sort_dir: many({ type: 'string', enum: ['asc', 'desc'] }),
})
