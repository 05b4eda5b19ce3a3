/** Host aggregates and services. */
import {
  flag,
  hostName,
  list,
  map,
  name,
  object,
  oneOf,
  orNull,
  shortText,
  text,
  uuid,
} from './parts.ts'
import { typed } from './typed.ts'

const zone = typed<string | null>({
  oneOf: [{ type: 'string', minLength: 1, maxLength: 255, format: 'zone-name' }, { type: 'null' }],
})

export const createAggregate = object({
  aggregate: object({ name }, { availability_zone: zone }),
})

export const updateAggregate = object({
  aggregate: typed<{ name?: string; availability_zone?: string | null }>({
    ...object(
      {},
      {
        name: text({ minLength: 1, maxLength: 255, format: 'loose-name' }),
        availability_zone: zone,
      },
    ),
    anyOf: [{ required: ['name'] }, { required: ['availability_zone'] }],
  }),
})

const host = object({ host: hostName })
export const addHost = object({ add_host: host })
export const removeHost = object({ remove_host: host })
export const setMetadata = object({ set_metadata: object({ metadata: map(orNull(shortText)) }) })
export const cacheImages = object({
  cache: list(object({ id: uuid }), { minItems: 1 }),
})

export const updateService = object(
  {},
  {
    status: oneOf('enabled', 'disabled'),
    disabled_reason: text({ minLength: 1, maxLength: 255 }),
    forced_down: flag,
  },
)
