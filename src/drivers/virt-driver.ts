/**
 * What a hypervisor must be able to do: the contract of every driver.
 *
 * Verbs carry the names that the field uses (Nova's virt driver), in camel case here and in the field's own spelling in
 * fault plans. Every verb is level-triggered: it means "make it so", answers at once when it is so already, and may be
 * called twice. What cannot be done is raised as a problem:
 *
 * - kind `unavailable`: no answer; the effect may or may not have happened, and asking again is right.
 * - kind `no-capacity`: this host cannot take the guest, another one may.
 * - kind `failed`: it was tried and did not work; `details.exception` names the reason as the field does.
 *
 * A verb that needs a guest raises `InstanceNotFound` where there is none. A verb that takes something away is content when it
 * is not there: destroy, confirm, roll back, unplug, detach.
 *
 * A driver knows guests, disks and plugged ports. It knows nothing of allocations, task states or other hosts' guests.
 */
import type { ConsoleKind, ConsolePlace } from '../domain/console.ts'
import type { GuestCounts } from '../domain/diagnostics.ts'
import type { HostName, ImageId, PortId, ServerId, VolumeId } from '../domain/ids.ts'
import type { PowerState } from '../domain/states.ts'

export type { PowerState }

export type GuestPort = {
  readonly id: PortId
  readonly mac: string
  readonly address: string | null
}
export type GuestVolume = { readonly id: VolumeId; readonly device: string }

/** The body that a server should have. Sizes are in the units of the flavor: MB of memory, GB of disk. */
export type GuestSpec = {
  readonly server: ServerId
  readonly name: string
  readonly vcpus: number
  readonly memoryMb: number
  readonly diskGb: number
  readonly image: ImageId | null
  readonly ports: readonly GuestPort[]
  readonly volumes: readonly GuestVolume[]
}

/**
 * A guest as it is on one host.
 *
 * - `guest`: the body itself.
 * - `source-copy`: what a host keeps after the guest has moved away by a cold move, until the move is confirmed.
 * - `incoming`: what a host prepared for a guest that is about to arrive: disk files or plugged ports without a body.
 * - `remains`: what a live move leaves on its source until that is cleaned: plugged ports without a body.
 *
 * A move from a host to itself has the guest and its source copy on one host at the same time.
 */
export type Guest = GuestSpec & {
  readonly host: HostName
  readonly role: 'guest' | 'source-copy' | 'incoming' | 'remains'
  readonly power: PowerState
  /** Ids of the ports that are plugged on this host. */
  readonly plugged: readonly PortId[]
  /** Which disk it is: moves with it, and is lost with it. Lets tests see whether a disk survived. Empty: no disk yet. */
  readonly diskGeneration: string
  readonly rescued: boolean
}

/** What a host has to offer, before anything is placed there. */
export type HostResources = {
  readonly vcpus: number
  readonly memoryMb: number
  readonly diskGb: number
  readonly traits: readonly string[]
  readonly hypervisorType: string
  readonly hypervisorVersion: number
  readonly hostIp: string
}

/** Passed to every verb: the reason to stop waiting. A driver gives up promptly and raises the signal's reason. */
export type Patience = {
  readonly signal: AbortSignal
  /**
   * Raises `stale` if somebody else has been given the turn since the verb began. A driver whose host may be driven from more
   * than one process calls it in the same indivisible change as the effect; where one agent owns the host, the signal is
   * enough.
   */
  readonly recheck?: () => void
}

/** A disk on its way: what the source tells the destination, opaque to the control plane. */
export type DiskInfo = {
  readonly diskGb: number
  readonly diskGeneration: string
  readonly power: PowerState
}

export interface VirtDriver {
  // --- looking
  getAvailableResource(patience: Patience): Promise<HostResources>
  /** Every guest, source copy and incoming body on this host. */
  listGuests(patience: Patience): Promise<readonly Guest[]>
  /** The guest itself or null. Copies and what is incoming are seen by `listGuests` only. */
  getInfo(server: ServerId, patience: Patience): Promise<Guest | null>

  // --- life and death
  /**
   * After it: the guest exists with exactly this body and disk, its ports are plugged, and it runs. A guest that is here with a
   * disk of the same image keeps that disk, so that the second of two calls destroys nothing; a rebuild destroys first.
   */
  spawn(guest: GuestSpec, patience: Patience): Promise<void>
  /**
   * After it: no body, disk or plugged port of this server is left on this host, whatever their role.
   *
   * That takes a source copy as well. So a move from a host to itself is never undone by destroying: there
   * `finishRevertMigration` alone takes back both halves.
   */
  destroy(server: ServerId, patience: Patience): Promise<void>
  /**
   * After it: disk and ports are kept or made anew from the spec, and the guest runs.
   *
   * Hard makes one that was rescued run from its own disk, and a missing guest again, on the disk that is here: one that came in and was never started, else the source copy,
   * which is used up. Only where there is none is it made from the image.
   */
  reboot(guest: GuestSpec, type: 'SOFT' | 'HARD', patience: Patience): Promise<void>
  /**
   * Like `resume` and `unrescue`, takes the spec because body and ports are put in order on the way. A guest that was off boots from
   * its own disk, also when it was rescued.
   */
  powerOn(guest: GuestSpec, patience: Patience): Promise<void>
  powerOff(server: ServerId, patience: Patience): Promise<void>
  pause(server: ServerId, patience: Patience): Promise<void>
  unpause(server: ServerId, patience: Patience): Promise<void>
  suspend(server: ServerId, patience: Patience): Promise<void>
  resume(guest: GuestSpec, patience: Patience): Promise<void>
  rescue(guest: GuestSpec, image: ImageId | null, patience: Patience): Promise<void>
  unrescue(guest: GuestSpec, patience: Patience): Promise<void>
  /** Uploads the disk under the image's id. The disk is not changed. */
  snapshot(server: ServerId, image: ImageId, patience: Patience): Promise<void>

  // --- cold move: source, destination, then source again
  /**
   * Source. After it: the guest is off, only a source copy remains, and the disk is ready for the destination, where it lies as
   * incoming: whoever gives up the move destroys it there. A second call answers the same.
   */
  migrateDiskAndPowerOff(
    server: ServerId,
    destination: HostName,
    patience: Patience,
  ): Promise<DiskInfo>
  /**
   * Destination. After it: the guest has the disk and this body, ports plugged; runs if `powerOn`. Raises `DiskNotFound` if that
   * disk did not come in.
   */
  finishMigration(
    guest: GuestSpec,
    disk: DiskInfo,
    options: { readonly powerOn: boolean },
    patience: Patience,
  ): Promise<void>
  /**
   * Source. After it: nothing of this server is left, unless this host is the destination too: then what arrived stays, be it a
   * guest or a disk whose guest could not be started.
   */
  confirmMigration(server: ServerId, patience: Patience): Promise<void>
  /**
   * Source. After it: the source copy is the guest again, with its old body; runs if `powerOn`. What a move to this same host put
   * beside the copy is gone. No copy, no change.
   */
  finishRevertMigration(
    guest: GuestSpec,
    options: { readonly powerOn: boolean },
    patience: Patience,
  ): Promise<void>

  // --- live move
  checkCanLiveMigrateDestination(
    guest: GuestSpec,
    source: HostName,
    patience: Patience,
  ): Promise<void>
  checkCanLiveMigrateSource(
    server: ServerId,
    destination: HostName,
    patience: Patience,
  ): Promise<void>
  /** Destination. After it: ports plugged and a place prepared. */
  preLiveMigration(guest: GuestSpec, patience: Patience): Promise<void>
  /**
   * Source. After it: the guest runs on the destination and nowhere else; what is left here are its remains. The switch-over is
   * atomic: whenever it fails, the guest is still on the source.
   */
  liveMigration(server: ServerId, destination: HostName, patience: Patience): Promise<void>
  /**
   * Source, while `liveMigration` is under way: it ends now, forwards. An agent runs the calls of one subject one at a time, so
   * this and the next are called under a subject of their own. Without a move under way both do nothing.
   */
  liveMigrationForceComplete(server: ServerId, patience: Patience): Promise<void>
  /** Source, while `liveMigration` is under way: it ends now, backwards, and raises `LiveMigrationAborted`. */
  liveMigrationAbort(server: ServerId, patience: Patience): Promise<void>
  /** Source. After it: nothing of this server is left unless the guest itself is here. */
  postLiveMigrationAtSource(server: ServerId, patience: Patience): Promise<void>
  postLiveMigrationAtDestination(guest: GuestSpec, patience: Patience): Promise<void>
  /** Destination. After it: what preLiveMigration prepared is gone. A guest that runs here is left alone. */
  rollbackLiveMigrationAtDestination(server: ServerId, patience: Patience): Promise<void>

  // --- attachments
  plugVifs(guest: GuestSpec, patience: Patience): Promise<void>
  unplugVifs(server: ServerId, patience: Patience): Promise<void>
  attachInterface(server: ServerId, port: GuestPort, patience: Patience): Promise<void>
  detachInterface(server: ServerId, port: PortId, patience: Patience): Promise<void>
  attachVolume(server: ServerId, volume: GuestVolume, patience: Patience): Promise<void>
  detachVolume(server: ServerId, volume: VolumeId, patience: Patience): Promise<void>
  /**
   * After it: the guest has the new volume, with what was on the old one, and has the old one no more. A guest that has only the
   * new one was here before; one that has neither cannot exchange anything.
   */
  swapVolume(
    server: ServerId,
    old: VolumeId,
    volume: GuestVolume,
    patience: Patience,
  ): Promise<void>

  // --- odds and ends
  /** What the guest has written on its console since its disk was made, as far as it is kept. Changes nothing. */
  getConsoleOutput(server: ServerId, patience: Patience): Promise<string>
  /** Where on this host a console of that kind is reached. Changes nothing. Raises `ConsoleTypeUnavailable`. */
  getConsole(server: ServerId, kind: ConsoleKind, patience: Patience): Promise<ConsolePlace>
  /** What the host has counted of the guest. Changes nothing. */
  getDiagnostics(server: ServerId, patience: Patience): Promise<GuestCounts>
  /** After it: this host has these images, or those of them that it has room for. Nothing depends on it. */
  cacheImages(images: readonly ImageId[], patience: Patience): Promise<void>
  /** Injects a non-maskable interrupt, at which a guest that is set up for it writes down what is in its memory. */
  triggerCrashDump(server: ServerId, patience: Patience): Promise<void>
  setAdminPassword(server: ServerId, password: string, patience: Patience): Promise<void>
}

/** The verbs of the interface, by name. */
export type Verb = keyof VirtDriver
