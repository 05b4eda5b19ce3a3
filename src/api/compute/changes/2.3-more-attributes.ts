import { change, without, steps } from '../change.ts'
import type { StepBack } from '../change.ts'
import { everyServer } from './documents.ts'

const volumes = 'os-extended-volumes:volumes_attached'

/** Of an attached volume no more was told than which it is. */
const volumesById: StepBack<unknown> = (document) => {
  const attached = document[volumes] as readonly { readonly id: string }[] | undefined // So views make it.
  if (attached !== undefined) document[volumes] = attached.map(({ id }) => ({ id }))
  return document
}

export default change('2.3', 'A server shows more of how it was made', {
  responses: everyServer(
    steps(
      without(
        'OS-EXT-SRV-ATTR:hostname',
        'OS-EXT-SRV-ATTR:reservation_id',
        'OS-EXT-SRV-ATTR:launch_index',
        'OS-EXT-SRV-ATTR:ramdisk_id',
        'OS-EXT-SRV-ATTR:kernel_id',
        'OS-EXT-SRV-ATTR:root_device_name',
        'OS-EXT-SRV-ATTR:user_data',
      ),
      volumesById,
    ),
  ),
})
