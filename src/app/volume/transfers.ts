/**
 * Giving a volume to another project: its owner offers it and passes the key on, and whoever has the key takes it.
 *
 * Taking it is one transaction: owner, snapshots and what both projects are charged change together, or not at all.
 */
import { hash, timingSafeEqual } from 'node:crypto'
import type { Identity } from '../../domain/identity.ts'
import type { VolumeTransfer } from '../../domain/volume/transfer.ts'
import { problem } from '../../lib/problem.ts'
import { secureToken } from '../../lib/random.ts'
import type { Reader } from '../../store/store.ts'
import * as quotas from '../../store/volume/quotas.ts'
import * as typeQuotas from '../../store/volume/type-quotas.ts'
import * as snapshots from '../../store/volume/snapshots.ts'
import * as transfers from '../../store/volume/transfers.ts'
import * as volumes from '../../store/volume/volumes.ts'
import type { Context } from '../context.ts'
import { listedFor, projectFor, requireMember, requireSight } from './policy.ts'
import { changeable } from './volumes.ts'
import type { WholeOrOwn } from './volumes.ts'

export type TransferWish = {
  readonly volumeId: string
  readonly name: string | null
  readonly withSnapshots: boolean
}

const keyBytes = 12

export async function getTransfer(
  ctx: Context,
  who: Identity,
  id: string,
): Promise<VolumeTransfer> {
  return await ctx.store.read(async (reader) => await visible(reader, who, id))
}

/** Newest first. */
export async function listTransfers(
  ctx: Context,
  who: Identity,
  asked: WholeOrOwn,
): Promise<readonly VolumeTransfer[]> {
  return await ctx.store.read(async (reader) => await transfers.list(reader, listedFor(who, asked)))
}

/** Offers a volume. The key is told this once. @throws `invalid` when it or one of its snapshots is busy. */
export async function offerVolume(
  ctx: Context,
  who: Identity,
  wish: TransferWish,
): Promise<{ readonly transfer: VolumeTransfer; readonly key: string }> {
  const key = secureToken(keyBytes)
  const transfer = await ctx.store.transaction(async (tx) => {
    const volume = await changeable(tx, who, wish.volumeId, 'volume:create_transfer')
    if (volume.status !== 'available') {
      throw problem('invalid', 'Invalid volume: status must be available', { volume: volume.id })
    }
    const taken = await snapshots.ofVolume(tx, volume.id)
    const busy = taken.find(({ status }) => status !== 'available')
    if (wish.withSnapshots && busy !== undefined) {
      throw problem('invalid', `Invalid snapshot: snapshot: ${busy.id} status must be available`)
    }
    const offered: VolumeTransfer = {
      id: ctx.ids.uuid(),
      volumeId: volume.id,
      projectId: volume.projectId,
      name: wish.name,
      withSnapshots: wish.withSnapshots,
      createdAt: ctx.clock.now(),
    }
    await transfers.add(tx, offered, hashOfKey(key))
    await volumes.save(tx, { ...volume, status: 'awaiting-transfer' }, ctx.clock.now())
    return offered
  })
  return { transfer, key }
}

/** @throws `not-found`, `invalid` for a wrong key, `over-quota` for whoever takes it. */
export async function takeVolume(
  ctx: Context,
  who: Identity,
  id: string,
  key: string,
): Promise<VolumeTransfer> {
  // Whoever takes it need not see it: the key is what lets them.
  const projectId = projectFor(who, 'volume:accept_transfer')
  return await ctx.store.transaction(async (tx) => {
    const { transfer, keyHash } = await transfers.get(tx, id)
    if (!matches(key, keyHash)) {
      throw problem('invalid', `Invalid auth key: Attempt to transfer ${id} with invalid auth key.`)
    }
    const volume = await volumes.hold(tx, transfer.volumeId)
    if (volume.status !== 'awaiting-transfer') {
      throw problem('invalid', 'Invalid volume: status must be awaiting-transfer')
    }
    const taken = transfer.withSnapshots ? await snapshots.ofVolume(tx, volume.id) : []
    const gigabytes = taken.reduce((sum, { sizeGb }) => sum + sizeGb, volume.sizeGb)
    const now = ctx.clock.now()
    if (projectId !== volume.projectId) {
      // In a fixed order, so that two that exchange volumes do not wait for each other.
      const charges = [
        { owner: volume.projectId, sign: -1 },
        { owner: projectId, sign: 1 },
      ].toSorted((one, other) => (one.owner < other.owner ? -1 : 1))
      for (const { owner, sign } of charges) {
        const growth = { volumes: 1, snapshots: taken.length, gigabytes }
        await quotas.charge(tx, owner, {
          volumes: sign * growth.volumes,
          snapshots: sign * growth.snapshots,
          gigabytes: sign * growth.gigabytes,
        })
        if (sign > 0) await typeQuotas.admit(tx, owner, volume.typeId, growth)
      }
    }
    const { userId } = who
    for (const each of taken) await snapshots.save(tx, { ...each, projectId, userId }, now)
    await volumes.save(tx, { ...volume, projectId, userId, status: 'available' }, now)
    await transfers.remove(tx, id)
    return transfer
  })
}

/** Takes an offer back. */
export async function withdrawOffer(ctx: Context, who: Identity, id: string): Promise<void> {
  await ctx.store.transaction(async (tx) => {
    const transfer = await visible(tx, who, id)
    requireMember(who, 'volume:delete_transfer')
    const volume = await volumes.hold(tx, transfer.volumeId)
    // Whoever has taken it meanwhile was first.
    await visible(tx, who, id)
    await transfers.remove(tx, id)
    if (volume.status !== 'awaiting-transfer') return
    await volumes.save(tx, { ...volume, status: 'available' }, ctx.clock.now())
  })
}

async function visible(reader: Reader, who: Identity, id: string): Promise<VolumeTransfer> {
  const { transfer } = await transfers.get(reader, id)
  requireSight(who, transfer, transfers.missing)
  return transfer
}

/** What is stored and compared in the place of a key. It has enough chance in it to need no salt. */
function hashOfKey(key: string): string {
  return hash('sha256', key, 'base64url')
}

function matches(key: string, keyHash: string): boolean {
  return timingSafeEqual(Buffer.from(hashOfKey(key)), Buffer.from(keyHash))
}
