/** The image that a new server boots from. */
import type { Flavor } from '../../domain/flavor.ts'
import type { Identity } from '../../domain/identity.ts'
import type { ImageId } from '../../domain/ids.ts'
import type { Json } from '../../lib/json.ts'
import type { Tx } from '../../store/store.ts'

export type ChosenImage = {
  readonly id: ImageId | null
  readonly minDiskGb: number
  readonly properties: Readonly<Record<string, Json>>
}

export async function imageForServer(
  _tx: Tx,
  _who: Identity,
  ref: string | null,
  _flavor: Flavor,
): Promise<ChosenImage> {
  // An id that the API has checked to be one.
  return { id: ref as ImageId | null, minDiskGb: 0, properties: {} }
}
