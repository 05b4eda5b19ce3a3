/** What every scene finds there: two hosts, two flavors, an image, a network, and who asks. */
import { seedNetwork } from '../app/network/seed.ts'
import { rawDisk } from '../domain/image.ts'
import { withImplied } from '../domain/identity.ts'
import type { Identity } from '../domain/identity.ts'
import type { FlavorId, HostName, ImageId, ProjectId, UserId } from '../domain/ids.ts'
import * as flavors from '../store/compute/flavors.ts'
import * as images from '../store/image/images.ts'
import type { Stage } from './stage.ts'

// Names of this stage and of nothing else.
export const source = 'host1' as HostName
export const destination = 'host2' as HostName
export const imageId = '4f2f3a3e-6e0b-4c3e-8d0f-000000000001' as ImageId
const project = 'project' as ProjectId

export const tenant: Identity = {
  userId: 'user' as UserId,
  userName: 'tenant',
  projectId: project,
  systemScoped: false,
  roles: withImplied(['member']),
}

export const operator: Identity = { ...tenant, userName: 'operator', roles: withImplied(['admin']) }

const size = (name: string, vcpus: number, memoryMb: number, diskGb: number) => ({
  id: name as FlavorId,
  name,
  vcpus,
  memoryMb,
  diskGb,
})

export const small = size('small', 1, 512, 1)
export const large = size('large', 2, 2048, 20)

/** Puts everything in its place. */
export async function furnish({ store, clock, cloud }: Stage): Promise<void> {
  const at = clock.now()
  const rest = { ephemeralGb: 0, swapMb: 0, rxtxFactor: 1, isPublic: true, disabled: false }
  const { ids } = cloud.ctx
  await store.transaction(async (tx) => {
    for (const each of [small, large]) {
      await flavors.insert(tx, { ...each, ...rest, description: null, extraSpecs: {} }, at)
    }
    await seedNetwork(tx, { ids, at, owner: project, projects: [project] })
    await images.add(tx, {
      id: imageId,
      owner: project,
      name: 'image',
      data: { size: 512, checksum: '', sha512: '', file: 'none' },
      status: 'active',
      visibility: 'public',
      ...rawDisk,
      createdAt: at,
      updatedAt: at,
    })
  })
}
