/**
 * The disks that an image speaks of. The image of a server that boots from a volume has no data of its own: it names snapshots
 * of the server's volumes, and a server of it gets volumes of those.
 */
import type { ServerVolume } from '../../domain/volume/server-volume.ts'
import type { JsonObject, Json } from '../../lib/json.ts'
import { fromJson, toJson } from '../../lib/json.ts'
import type { DiskWish } from './disk-wish.ts'

/** Where an image keeps them, in the field's own words. */
const property = 'block_device_mapping'

export function disksOfImage(properties: Readonly<Record<string, Json>>): readonly DiskWish[] {
  const text = properties[property]
  if (typeof text !== 'string') return []
  return entriesIn(text).flatMap(({ snapshot_id: id, volume_size: sizeGb, ...rest }) => {
    if (typeof id !== 'string') return []
    return {
      source: 'snapshot' as const,
      destination: 'volume' as const,
      id,
      sizeGb: typeof sizeGb === 'number' ? sizeGb : null,
      bootIndex: typeof rest['boot_index'] === 'number' ? rest['boot_index'] : null,
      device: typeof rest['device_name'] === 'string' ? rest['device_name'] : null,
      deleteOnTermination: rest['delete_on_termination'] === true,
      tag: typeof rest['tag'] === 'string' ? rest['tag'] : null,
      typeRef: null,
      guestFormat: null,
      diskBus: null,
    }
  })
}

/** What an image says of disks whose volumes these snapshots are of. */
export function imagePropertiesOf(
  disks: readonly {
    readonly disk: ServerVolume
    readonly snapshotId: string
    readonly sizeGb: number
  }[],
  rootDeviceName: string,
): Readonly<Record<string, string>> {
  const entries = disks.map(({ disk, snapshotId, sizeGb }) => ({
    source_type: 'snapshot',
    destination_type: 'volume',
    snapshot_id: snapshotId,
    volume_size: sizeGb,
    boot_index: disk.bootIndex,
    device_name: disk.device,
    delete_on_termination: disk.deleteOnTermination,
    tag: disk.tag,
  }))
  return { [property]: toJson(entries), bdm_v2: 'True', root_device_name: rootDeviceName }
}

/** Whoever may change an image may write anything there: what is no list of objects says nothing. */
function entriesIn(text: string): readonly JsonObject[] {
  let value: Json
  try {
    value = fromJson<Json>(text)
  } catch {
    return []
  }
  if (!Array.isArray(value)) return []
  return value.filter(
    (each): each is JsonObject => typeof each === 'object' && each !== null && !Array.isArray(each),
  )
}
