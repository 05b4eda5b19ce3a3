/** Snapshots of volumes that the volume service asks hypervisors to help with. */
import { assistDeletion, assistSnapshot } from '../../../app/servers/assisted-snapshots.ts'
import type { JsonObject } from '../../../lib/json.ts'
import { problem } from '../../../lib/problem.ts'
import { parseJsonObject } from '../../http/json-body.ts'
import { noContent, ok } from '../replies.ts'
import { route } from '../route.ts'
import type { Route } from '../route.ts'
import { assistedSnapshot } from '../schemas/doors.ts'
import { anyText, many, query } from '../schemas/queries.ts'

const path = '/os-assisted-volume-snapshots'

export const assistedSnapshotRoutes: readonly Route[] = [
  route({
    name: 'assistedSnapshots.create',
    method: 'POST',
    path,
    policy: 'os-assisted-volume-snapshots:create',
    request: assistedSnapshot,
    handler: async ({ ctx, body: { snapshot } }) => {
      const { volume_id: volumeId, create_info: how } = snapshot
      await assistSnapshot(ctx, { volumeId, snapshotId: how.snapshot_id })
      return ok({ snapshot: { id: how.id ?? null, volumeId } })
    },
  }),
  route({
    name: 'assistedSnapshots.delete',
    method: 'DELETE',
    path: `${path}/{id}`,
    policy: 'os-assisted-volume-snapshots:delete',
    query: query({ delete_info: many(anyText) }),
    handler: async ({ ctx, query: asked, params: { id = '' } }) => {
      const volumeId = volumeIn(parseJsonObject(Buffer.from(asked.one('delete_info') ?? '')))
      await assistDeletion(ctx, { volumeId, snapshotId: id })
      return noContent()
    },
  }),
]

function volumeIn({ volume_id: volumeId }: JsonObject): string {
  if (typeof volumeId === 'string') return volumeId
  throw problem('invalid', "'volume_id'")
}
