/** How guests come into being, change what they are doing, and go. */
import type { ImageId, ServerId } from '../../../domain/ids.ts'
import { driverProblem } from '../../exceptions.ts'
import type { GuestSpec, PowerState } from '../../virt-driver.ts'
import { bodyOf, guestOf, inOrder, mustHave, noted, removeAll, running } from '../place.ts'
import type { Place } from '../place.ts'

export const life = {
  spawn(here: Place, spec: GuestSpec): void {
    const existing = guestOf(here, spec.server)
    // A disk of the same image is the one that an earlier call made; one of another image is not what was asked for.
    const after = existing !== null && existing.image === spec.image ? existing : null
    const disk = after?.diskGeneration ?? here.newDisk()
    removeAll(here, spec.server, ['incoming', 'remains'])
    here.held.put(bodyOf(here, spec, { disk, power: 'running', after }))
  },

  destroy(here: Place, server: ServerId): void {
    removeAll(here, server)
  },

  reboot(here: Place, spec: GuestSpec, type: 'SOFT' | 'HARD'): void {
    const guest = type === 'SOFT' ? mustHave(here, spec.server) : guestOf(here, spec.server)
    if (guest === null) return remake(here, spec)
    const console = noted(here, guest.console, 'boot')
    const rescued = guest.rescued && type === 'SOFT'
    here.held.put({ ...inOrder(guest, spec), power: 'running', rescued, console })
  },

  powerOn(here: Place, spec: GuestSpec): void {
    const guest = mustHave(here, spec.server)
    here.held.put(running(here, inOrder(guest, spec)))
  },

  powerOff(here: Place, server: ServerId): void {
    const guest = mustHave(here, server)
    if (guest.power === 'shutdown') return
    here.held.put({ ...guest, power: 'shutdown', console: noted(here, guest.console, 'off') })
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
    const console = guest.rescued ? guest.console : noted(here, guest.console, 'rescue')
    here.held.put({ ...inOrder(guest, spec), power: 'running', rescued: true, console })
  },

  unrescue(here: Place, spec: GuestSpec): void {
    const guest = mustHave(here, spec.server)
    const console = guest.rescued ? noted(here, guest.console, 'boot') : guest.console
    here.held.put({ ...inOrder(guest, spec), power: 'running', rescued: false, console })
  },

  cacheImages(here: Place, images: readonly ImageId[]): void {
    for (const image of images) here.held.cache(here.host, image)
  },

  /** The guest writes its memory down, and boots again. */
  triggerCrashDump(here: Place, server: ServerId): void {
    const guest = mustHave(here, server)
    if (guest.power !== 'running' && guest.power !== 'paused') {
      throw driverProblem('InstanceInvalidState', { server, reason: `it is ${guest.power}` })
    }
    const struck = noted(here, guest.console, 'nmi')
    here.held.put({ ...guest, power: 'running', console: noted(here, struck, 'boot') })
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
    bodyOf(here, spec, {
      disk: disk?.diskGeneration ?? here.newDisk(),
      power: 'running',
      after: disk ?? null,
    }),
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
