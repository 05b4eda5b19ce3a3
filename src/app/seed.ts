/** What a new cloud has, so that the first server is one command away. */
import type { FlavorId } from '../domain/ids.ts'
import * as flavors from '../store/compute/flavors.ts'
import * as settings from '../store/settings.ts'
import type { Tx } from '../store/store.ts'
import type { Context } from './context.ts'
import { hashSeedPasswords, seedIdentity } from './identity/seed.ts'
import type { Seeded } from './identity/seed.ts'
import type { IdentityContext } from './identity/context.ts'
import type { Passwords } from './credential-files.ts'

/** The sizes that OpenStack users know. */
const sizes = [
  { id: '1', name: 'm1.tiny', vcpus: 1, memoryMb: 512, diskGb: 1 },
  { id: '2', name: 'm1.small', vcpus: 1, memoryMb: 2048, diskGb: 20 },
  { id: '3', name: 'm1.medium', vcpus: 2, memoryMb: 4096, diskGb: 40 },
  { id: '4', name: 'm1.large', vcpus: 4, memoryMb: 8192, diskGb: 80 },
  { id: '5', name: 'm1.xlarge', vcpus: 8, memoryMb: 16_384, diskGb: 160 },
]

const done = 'seeded'

/** What other services begin with: prepared first, because files must not wait in a transaction, then written. */
export type MoreSeeds = () => Promise<(tx: Tx, seeded: Seeded) => Promise<void>>

/** Fills an empty database, once and in one transaction. */
export async function seed(
  ctx: Context,
  identity: IdentityContext,
  passwords: Passwords,
  prepare: MoreSeeds,
): Promise<void> {
  const isDone = await ctx.store.read(async (reader) => await settings.get(reader, done))
  if (isDone !== null) return
  const [hashed, more] = await Promise.all([
    hashSeedPasswords(identity.passwords, passwords),
    prepare(),
  ])
  await ctx.store.transaction(async (tx) => {
    if ((await settings.get(tx, done)) !== null) return
    const now = ctx.clock.now()
    const seeded = await seedIdentity(tx, { ids: ctx.ids, at: now, passwords: hashed })
    await seedFlavors(ctx, tx)
    await more(tx, seeded)
    await settings.set(tx, done, String(now))
  })
}

async function seedFlavors(ctx: Context, tx: Tx): Promise<void> {
  const plain = { ephemeralGb: 0, swapMb: 0, rxtxFactor: 1, isPublic: true, disabled: false }
  for (const size of sizes) {
    // A literal of the table above.
    const id = size.id as FlavorId
    const flavor = { ...size, ...plain, id, description: null, extraSpecs: {} }
    await flavors.insert(tx, flavor, ctx.clock.now())
  }
}
