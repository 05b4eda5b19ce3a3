/** A volume of the server of `sample-facts.ts`: as its disk, and as its attachment. */
import type { ServerId, VolumeId } from '../../src/domain/ids.ts'
import type { Facts } from '../../src/api/compute/views.ts'

const uuid = (end: number): string => `00000000-0000-4000-8000-${String(end).padStart(12, '0')}`
// Ids as records have them.
const serverId = uuid(1) as ServerId
const volumeId = uuid(3) as VolumeId

export const sampleDisk: Facts['server']['volumes'][number] = {
  id: uuid(2),
  serverId,
  volumeId,
  attachmentId: uuid(1),
  state: 'attached',
  madeFrom: null,
  bootIndex: null,
  device: '/dev/vdb',
  tag: null,
  deleteOnTermination: true,
  createdAt: 0,
}

export const sampleAttachment: Facts['volumeAttachment'] = {
  attachmentId: uuid(1),
  deviceId: uuid(2),
  serverId,
  volumeId,
  device: '/dev/vdb',
  tag: null,
  deleteOnTermination: false,
}
