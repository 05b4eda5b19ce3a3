/** What surrounds servers: a network with a way out, and an image, for tests of the Compute API. */
import { rawDisk } from '../../src/domain/image.ts'
import { createImage, uploadImage } from '../../src/app/image/images.ts'
import type { NewImage } from '../../src/app/image/images.ts'
import { seedNetwork, seedWayOut } from '../../src/app/network/seed.ts'
import type { NetworkId, ProjectId } from '../../src/domain/ids.ts'
import { randomIds } from '../../src/lib/ids.ts'
import { callers } from './callers.ts'
import type { Caller } from './callers.ts'
import type { Answered, ComputeApi } from './compute-api.ts'

/** A network of the member's project with a router to an external one, from which floating addresses come. */
export async function addNetwork(
  { cloud }: ComputeApi,
  network = { name: 'private', cidr: '10.0.0.0/16', gateway: '10.0.0.1' },
): Promise<NetworkId> {
  const owner = 'project-1' as ProjectId // whose the callers of tests are
  return await cloud.store.transaction(async (tx) => {
    const options = { ids: randomIds, at: 1, owner, projects: [owner], network }
    const { networkId, subnetId } = await seedNetwork(tx, options)
    await seedWayOut(cloud.cloud.ctx, tx, { owner, subnetId })
    return networkId
  })
}

const plain: NewImage = {
  id: null,
  owner: null,
  name: 'image',
  visibility: 'private',
  ...rawDisk,
}

/** An image with a few bytes in it. */
export async function addImage(
  { ctx }: ComputeApi,
  wish: Partial<NewImage> = {},
  as: Caller = 'member',
): Promise<string> {
  const { id } = await createImage(ctx, callers[as], { ...plain, ...wish })
  await uploadImage(ctx, callers[as], id, bytes())
  return id
}

async function* bytes(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('a disk')
}

/** An id that nothing has. */
export const nobody = '11111111-1111-1111-1111-111111111111'

/** What a refusal says. */
export function messageOf({ body }: Answered): string {
  const [fault] = Object.values((body ?? {}) as Record<string, { readonly message?: string }>)
  return fault?.message ?? ''
}
