/** `/volumes/{id}/action`: what can be done with a volume, by the one key in the body. */
import * as changing from '../../app/volume/changing.ts'
import { reimage } from '../../app/volume/reimaging.ts'
import { uploadVolume } from '../../app/volume/uploading.ts'
import * as detaching from '../../app/volume/detaching.ts'
import { deleteVolume, getVolume } from '../../app/volume/volumes.ts'
import { migrationStatuses, volumeStatuses } from '../../domain/volume/volume.ts'
import type { JsonObject } from '../../lib/json.ts'
import { problem } from '../../lib/problem.ts'
import { bad, neededText, own } from '../http/fields.ts'
import { isJsonObject } from '../http/json-body.ts'
import { flagOf, pairsOf, sizeOf, textOf } from './body.ts'
import type { Answer, Call, VolumeRoute } from './call.ts'
import { instantView, recordedTypeView } from './views.ts'

type Action = (call: Call, id: string, given: JsonObject) => Promise<Answer>

const accepted: Answer = { status: 202 }
const done: Answer = { status: 200 }

const actions: Readonly<Record<string, Action>> = {
  'os-extend': async ({ ctx, who, api }, id, given) => {
    const sizeGb = sizeOf(given, 'new_size')
    if (sizeGb === null) throw bad('new_size', 'it is required')
    await changing.extend(ctx, who, id, { sizeGb, whileInUse: api.has('extendingInUse') })
    return accepted
  },
  'os-retype': async ({ ctx, who }, id, given) => {
    await changing.retype(ctx, who, id, neededText(given, 'new_type'))
    return accepted
  },
  'os-reset_status': async ({ ctx, who }, id, given) => {
    const status = oneOf(given, 'status', volumeStatuses)
    const migrationStatus = oneOf(given, 'migration_status', migrationStatuses)
    await changing.resetStatus(ctx, who, id, { status, migrationStatus })
    return accepted
  },
  'os-set_bootable': async ({ ctx, who }, id, given) => {
    await changing.setFlags(ctx, who, id, { bootable: neededFlag(given, 'bootable') })
    return done
  },
  'os-update_readonly_flag': async ({ ctx, who }, id, given) => {
    await changing.setFlags(ctx, who, id, { readOnly: neededFlag(given, 'readonly') })
    return accepted
  },
  'os-force_delete': async ({ ctx, who }, id) => {
    await deleteVolume(ctx, who, id, { cascade: false, force: true })
    return accepted
  },
  'os-set_image_metadata': async ({ ctx, who }, id, given) => {
    const said = pairsOf(given, 'metadata')
    const volume = await changing.describeImage(ctx, who, id, (known) => ({ ...known, ...said }))
    return { status: 200, body: { metadata: volume.imageMetadata } }
  },
  'os-unset_image_metadata': async ({ ctx, who }, id, given) => {
    const key = neededText(given, 'key')
    await changing.describeImage(ctx, who, id, ({ [key]: gone, ...rest }) => {
      if (gone === undefined) throw problem('not-found', 'Metadata does not exist.')
      return rest
    })
    return done
  },
  'os-show_image_metadata': async ({ ctx, who }, id) => {
    const { volume } = await getVolume(ctx, who, id)
    return { status: 200, body: { metadata: volume.imageMetadata } }
  },
  'os-volume_upload_image': upload,
  'os-reimage': async ({ ctx, who, api }, id, given) => {
    if (!api.has('reimaging')) throw noSuchAction('os-reimage')
    const reserved = flagOf(given, 'reimage_reserved') ?? false
    await reimage(ctx, who, id, { imageRef: neededText(given, 'image_id'), reserved })
    return accepted
  },

  'os-reserve': async ({ ctx, who }, id) => {
    await detaching.reserve(ctx, who, id)
    return accepted
  },
  'os-unreserve': async ({ ctx, who }, id) => {
    await detaching.unreserve(ctx, who, id)
    return accepted
  },
  'os-attach': async ({ ctx, who }, id, given) => {
    await detaching.attach(ctx, who, id, {
      serverId: textOf(given, 'instance_uuid'),
      host: textOf(given, 'host_name'),
      device: neededText(given, 'mountpoint'),
      mode: textOf(given, 'mode') === 'ro' ? 'ro' : 'rw',
    })
    return accepted
  },
  'os-detach': async ({ ctx, who }, id, given) => {
    await detaching.detach(ctx, who, id, textOf(given, 'attachment_id'))
    return accepted
  },
  'os-force_detach': async ({ ctx, who }, id, given) => {
    await detaching.forceDetach(ctx, who, id, textOf(given, 'attachment_id'))
    return accepted
  },
  'os-begin_detaching': async ({ ctx, who }, id) => {
    await detaching.beginDetaching(ctx, who, id)
    return accepted
  },
  'os-roll_detaching': async ({ ctx, who }, id) => {
    await detaching.rollDetaching(ctx, who, id)
    return accepted
  },
  // Hosts here know volumes by their ids: there is nothing to set up or to take down before and after.
  'os-initialize_connection': async ({ ctx, who }, id) => {
    const { volume } = await getVolume(ctx, who, id)
    const data = { volume_id: volume.id, access_mode: volume.readOnly === true ? 'ro' : 'rw' }
    const body = { connection_info: { driver_volume_type: 'berth', data } }
    return { status: 200, body }
  },
  'os-terminate_connection': async ({ ctx, who }, id) => {
    await getVolume(ctx, who, id)
    return accepted
  },
}

export const volumeActionRoutes: readonly VolumeRoute[] = [
  {
    method: 'POST',
    path: '/volumes/{id}/action',
    handler: async (call) => {
      const { name, given } = actionIn(call.body())
      const action = Object.hasOwn(actions, name) ? actions[name] : undefined
      if (action === undefined) throw noSuchAction(name)
      return await action(call, call.param('id'), given)
    },
  },
]

/** The body's only key, and the object under it. @throws `invalid` */
export function actionIn(body: JsonObject): { readonly name: string; readonly given: JsonObject } {
  const [name, ...more] = Object.keys(body)
  if (name === undefined || more.length > 0) {
    throw problem('invalid', 'There is no such action: the body must have one key')
  }
  const given = own(body, name)
  return { name, given: isJsonObject(given) ? given : {} }
}

export function noSuchAction(name: string): Error {
  return problem('invalid', `There is no such action: ${name}`)
}

async function upload(call: Call, id: string, given: JsonObject): Promise<Answer> {
  const { image, volume, type } = await uploadVolume(call.ctx, call.who, id, {
    name: neededText(given, 'image_name'),
    diskFormat: textOf(given, 'disk_format') ?? 'raw',
    containerFormat: textOf(given, 'container_format') ?? 'bare',
    force: flagOf(given, 'force') ?? false,
  })
  const body = {
    'os-volume_upload_image': {
      id: volume.id,
      updated_at: instantView(volume.updatedAt),
      status: 'uploading',
      display_description: volume.description,
      size: volume.sizeGb,
      volume_type: recordedTypeView(type, call.who),
      image_id: image.id,
      container_format: image.containerFormat,
      disk_format: image.diskFormat,
      image_name: image.name,
      protected: image.protected,
      visibility: image.visibility,
    },
  }
  return { status: 202, body }
}

function neededFlag(given: JsonObject, name: string): boolean {
  const flag = flagOf(given, name)
  if (flag === null) throw bad(name, 'it is required')
  return flag
}

/** @throws `invalid` for a word that is none of them. */
export function oneOf<W extends string>(
  given: JsonObject,
  name: string,
  words: readonly W[],
): W | null {
  const said = textOf(given, name)
  if (said === null) return null
  const found = words.find((word) => word === said.toLowerCase())
  if (found === undefined) throw bad(name, `it must be one of ${words.join(', ')}`)
  return found
}
