/** Images for tests: records that are active, with data that is nowhere. */
import { randomUUID } from 'node:crypto'
import type { ImageId } from '../../src/domain/ids.ts'
import * as images from '../../src/store/image/images.ts'
import { tenant } from './cloud-deeds.ts'
import type { FakeCloud } from './fake-cloud.ts'

/** Makes an active image of the tenant's and answers its id. */
export async function image(
  cloud: FakeCloud,
  name: string,
  properties: Readonly<Record<string, string>> = {},
): Promise<ImageId> {
  // Random like every id of an image.
  const id = randomUUID() as ImageId
  const at = Date.now()
  const owner = tenant.projectId
  if (owner === null) throw new Error('the tenant has a project')
  await cloud.store.transaction(async (tx) => {
    await images.add(tx, {
      id,
      owner,
      name,
      status: 'queued',
      visibility: 'private',
      data: null,
      minDiskGb: 0,
      minMemoryMb: 0,
      diskFormat: 'qcow2',
      containerFormat: 'bare',
      protected: false,
      hidden: false,
      tags: [],
      properties,
      createdAt: at,
      updatedAt: at,
    })
    await images.activate(tx, id, { size: 1, checksum: 'c', sha512: 's', file: null }, at)
  })
  return id
}
