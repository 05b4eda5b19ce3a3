/** `/types/{id}/encryption`: the one record that a type has of it, or none. */
import {
  changeEncryption,
  createEncryption,
  deleteEncryption,
  getEncryption,
} from '../../app/volume/encryption.ts'
import { controlLocations } from '../../domain/volume/type-records.ts'
import type { TypeEncryption } from '../../domain/volume/type-records.ts'
import type { JsonObject } from '../../lib/json.ts'
import { problem } from '../../lib/problem.ts'
import { bad, neededText, own } from '../http/fields.ts'
import { oneOf } from './action-routes.ts'
import { isSaid, sizeOf, textOf } from './body.ts'
import type { VolumeRoute } from './call.ts'
import { instantView } from './views.ts'

const path = '/types/{id}/encryption'

export const encryptionRoutes: readonly VolumeRoute[] = [
  {
    method: 'GET',
    path,
    handler: async ({ ctx, who, param }) => {
      const found = await getEncryption(ctx, who, param('id'))
      return { status: 200, body: found === null ? {} : whole(found) }
    },
  },
  {
    method: 'GET',
    path: `${path}/{key}`,
    handler: async ({ ctx, who, param }) => {
      const found = await getEncryption(ctx, who, param('id'))
      const key = param('key')
      const all: Readonly<Record<string, unknown>> = found === null ? {} : whole(found)
      if (Object.hasOwn(all, key)) return { status: 200, body: { [key]: all[key] } }
      throw problem('not-found', `Volume Type ${param('id')} has no encryption with key ${key}.`)
    },
  },
  {
    method: 'POST',
    path,
    handler: async ({ ctx, who, param, within }) => {
      const body = within('encryption')
      const made = await createEncryption(ctx, who, param('id'), {
        provider: providerIn(body),
        controlLocation: locationIn(body) ?? 'front-end',
        cipher: textOf(body, 'cipher'),
        keySize: keySizeOf(body),
      })
      return { status: 200, body: { encryption: view(made) } }
    },
  },
  {
    method: 'PUT',
    path: `${path}/{encryption}`,
    handler: async ({ ctx, who, param, within }) => {
      const body = within('encryption')
      const location = locationIn(body)
      await changeEncryption(ctx, who, param('id'), {
        ...(isSaid(body, 'provider') ? { provider: providerIn(body) } : {}),
        ...(location === null ? {} : { controlLocation: location }),
        ...(isSaid(body, 'cipher') ? { cipher: textOf(body, 'cipher') } : {}),
        ...(isSaid(body, 'key_size') ? { keySize: keySizeOf(body) } : {}),
      })
      return { status: 200, body: { encryption: body } }
    },
  },
  {
    method: 'DELETE',
    path: `${path}/{encryption}`,
    handler: async ({ ctx, who, param }) => {
      await deleteEncryption(ctx, who, param('id'))
      return { status: 202 }
    },
  },
]

/** Some clients send all that they could say, and nothing for what they have nothing to say of. */
function providerIn(body: JsonObject): string {
  return neededText(body, 'provider', { min: 0 })
}

function keySizeOf(body: JsonObject): number | null {
  const value = own(body, 'key_size')
  return value === 0 || value === '0' ? 0 : sizeOf(body, 'key_size')
}

function locationIn(body: JsonObject): TypeEncryption['controlLocation'] | null {
  if (isSaid(body, 'control_location') && textOf(body, 'control_location') === null) {
    throw bad('control_location', `it must be one of ${controlLocations.join(', ')}`)
  }
  return oneOf(body, 'control_location', controlLocations)
}

function view(of: TypeEncryption): object {
  return {
    volume_type_id: of.typeId,
    encryption_id: of.id,
    provider: of.provider,
    control_location: of.controlLocation,
    cipher: of.cipher,
    key_size: of.keySize,
  }
}

function whole(of: TypeEncryption): Readonly<Record<string, unknown>> {
  const never = { updated_at: null, deleted_at: null, deleted: false }
  return { ...view(of), created_at: instantView(of.createdAt), ...never }
}
