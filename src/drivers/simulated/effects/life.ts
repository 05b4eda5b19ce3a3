/** How guests come into being, change what they are doing, and go. */
import type { ImageId, ServerId } from '../../../domain/ids.ts'
import { driverProblem } from '../../exceptions.ts'
import type { GuestSpec, PowerState } from '../../virt-driver.ts'
import { bodyOf, guestOf, inOrder, mustHave, removeAll } from '../place.ts'
import type { Place } from '../place.ts'

export const life = {
  spawn(here: Place, spec: GuestSpec): void {
    const existing = guestOf(here, spec.server)
    // A disk of the same image is the one that an earlier call made; one of another image is not what was asked for.
    const disk =
      existing !== null && existing.image === spec.image ? existing.diskGeneration : here.newDisk()
    removeAll(here, spec.server, ['incoming', 'remains'])
    here.held.put(bodyOf(here, spec, { disk, power: 'running' }))
  },

  destroy(here: Place, server: ServerId): void {
    removeAll(here, server)
  },

  reboot(here: Place, spec: GuestSpec, type: 'SOFT' | 'HARD'): void {
    const guest = type === 'SOFT' ? mustHave(here, spec.server) : guestOf(here, spec.server)
    if (guest === null) remake(here, spec)
    else here.held.put({ ...inOrder(guest, spec), power: 'running' })
  },

  powerOn(here: Place, spec: GuestSpec): void {
    const guest = mustHave(here, spec.server)
    here.held.put({ ...inOrder(guest, spec), power: 'running' })
  },

  powerOff(here: Place, server: ServerId): void {
    here.held.put({ ...mustHave(here, server), power: 'shutdown' })
  },

  pause(here: Place, server: ServerId): void {
    turn(here, server, { from: ['running'], to: 'paused', otherwise: 'InstanceInvalidState' })
  },

  unpause(here: Place, server: ServerId): void {
    turn(here, server, { from: ['paused'], to: 'running', otherwise: 'InstanceInvalidState' })
  },

  suspend(here: Place, server: ServerId): void {
    turn(here, server, {
      from: ['running', 'paused'],
      to: 'suspended',
      otherwise: 'InstanceSuspendFailure',
    })
  },

  resume(here: Place, spec: GuestSpec): void {
    turn(here, spec.server, {
      from: ['suspended'],
      to: 'running',
      otherwise: 'InstanceResumeFailure',
    })
    here.held.put(inOrder(mustHave(here, spec.server), spec))
  },

  rescue(here: Place, spec: GuestSpec, _image: ImageId | null): void {
    const guest = mustHave(here, spec.server)
    here.held.put({ ...inOrder(guest, spec), power: 'running', rescued: true })
  },

  unrescue(here: Place, spec: GuestSpec): void {
    const guest = mustHave(here, spec.server)
    here.held.put({ ...inOrder(guest, spec), power: 'running', rescued: false })
  },

  snapshot(here: Place, server: ServerId, image: ImageId): void {
    const { diskGb, diskGeneration } = mustHave(here, server)
    const { host, now } = here
    here.held.putImage({ id: image, server, host, diskGb, diskGeneration, uploadedAt: now })
  },

  /** The password goes into the guest and nowhere else. */
  setAdminPassword(here: Place, server: ServerId, _password: string): void {
    const { power } = mustHave(here, server)
    if (power !== 'running') {
      throw driverProblem('InstancePasswordSetFailed', { server, reason: `it is ${power}` })
    }
  },
}

/** Makes a missing guest again, on the best disk that is here. */
function remake(here: Place, spec: GuestSpec): void {
  const arrived = here.held.body(here.host, spec.server, 'incoming')
  const copy = here.held.body(here.host, spec.server, 'source-copy')
  const disk = [arrived, copy].find((body) => body !== null && body.diskGeneration !== '')
  if (disk === copy) removeAll(here, spec.server, ['source-copy'])
  removeAll(here, spec.server, ['incoming', 'remains'])
  here.held.put(
    bodyOf(here, spec, { disk: disk?.diskGeneration ?? here.newDisk(), power: 'running' }),
  )
}

type Turn = {
  readonly from: readonly PowerState[]
  readonly to: PowerState
  readonly otherwise: string
}

/** Turns a guest from what it is doing to something else; one that does so already is left alone. */
function turn(here: Place, server: ServerId, { from, to, otherwise }: Turn): void {
  const guest = mustHave(here, server)
  if (guest.power === to) return
  if (!from.includes(guest.power)) {
    throw driverProblem(otherwise, { server, host: here.host, reason: `it is ${guest.power}` })
  }
  here.held.put({ ...guest, power: to })
}
