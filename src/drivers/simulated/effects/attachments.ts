/** What is plugged into a guest: ports and volumes. */
import type { PortId, ServerId, VolumeId } from '../../../domain/ids.ts'
import type { GuestPort, GuestSpec, GuestVolume } from '../../virt-driver.ts'
import { driverProblem } from '../../exceptions.ts'
import { guestOf, inOrder, mustHave, roles } from '../place.ts'
import type { Place } from '../place.ts'

export const attachments = {
  plugVifs(here: Place, spec: GuestSpec): void {
    here.held.put(inOrder(mustHave(here, spec.server), spec))
  },

  /** Also where there is no guest: what was plugged for one that is about to come, or has gone. */
  unplugVifs(here: Place, server: ServerId): void {
    for (const role of roles) {
      const body = here.held.body(here.host, server, role)
      if (body !== null && body.plugged.length > 0) here.held.put({ ...body, plugged: [] })
    }
  },

  attachInterface(here: Place, server: ServerId, port: GuestPort): void {
    const guest = mustHave(here, server)
    here.held.put({
      ...guest,
      ports: [...guest.ports.filter(({ id }) => id !== port.id), port],
      plugged: [...guest.plugged.filter((id) => id !== port.id), port.id],
    })
  },

  detachInterface(here: Place, server: ServerId, port: PortId): void {
    const guest = guestOf(here, server)
    if (guest === null) return
    here.held.put({
      ...guest,
      ports: guest.ports.filter(({ id }) => id !== port),
      plugged: guest.plugged.filter((id) => id !== port),
    })
  },

  attachVolume(here: Place, server: ServerId, volume: GuestVolume): void {
    const guest = mustHave(here, server)
    const others = guest.volumes.filter(({ id }) => id !== volume.id)
    here.held.put({ ...guest, volumes: [...others, volume] })
  },

  detachVolume(here: Place, server: ServerId, volume: VolumeId): void {
    const guest = guestOf(here, server)
    if (guest === null) return
    here.held.put({ ...guest, volumes: guest.volumes.filter(({ id }) => id !== volume) })
  },

  swapVolume(here: Place, server: ServerId, old: VolumeId, volume: GuestVolume): void {
    const guest = mustHave(here, server)
    const isThere = guest.volumes.some(({ id }) => id === old || id === volume.id)
    if (!isThere) {
      throw driverProblem('DiskNotFound', { server, host: here.host, reason: volume.device })
    }
    const others = guest.volumes.filter(({ id }) => id !== old && id !== volume.id)
    here.held.put({ ...guest, volumes: [...others, volume] })
  },
}
