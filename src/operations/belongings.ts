/** What goes where its server goes: ports and volumes. */
import type { HostName, ServerId } from '../domain/ids.ts'
import type { Instant } from '../lib/clock.ts'
import type { Tx } from '../store/store.ts'
import { bindPorts, releasePorts } from './ports.ts'
import { releaseVolumes, takeVolumes } from './volumes.ts'

/** Binds ports and volumes to the host and to no other; to none when it is null. */
export async function takeAlong(
  tx: Tx,
  serverId: ServerId,
  host: HostName | null,
  now: Instant,
): Promise<void> {
  await bindPorts(tx, serverId, host)
  await takeVolumes(tx, serverId, host, now)
}

/** The server is no more: what was made for it goes, the rest is set free. */
export async function releaseBelongings(tx: Tx, serverId: ServerId, now: Instant): Promise<void> {
  await releasePorts(tx, serverId)
  await releaseVolumes(tx, serverId, now)
}
