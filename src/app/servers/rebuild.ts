/** Rebuilding servers from an image, where they are. */
import { allow } from '../../domain/server-actions.ts'
import type { Identity } from '../../domain/identity.ts'
import type { Server } from '../../domain/server.ts'
import { secureToken } from '../../lib/random.ts'
import { problem } from '../../lib/problem.ts'
import { rebuildServer } from '../../operations/rebuild.ts'
import * as keypairs from '../../store/compute/keypairs.ts'
import * as servers from '../../store/compute/servers.ts'
import type { ServerPatch } from '../../store/compute/servers.ts'
import type { Tx } from '../../store/store.ts'
import { authorize } from '../authorize.ts'
import type { RequestContext } from '../context.ts'
import { begin, onServer } from './context.ts'
import type { ServerContext } from './context.ts'
import { isVolumeBacked, reimagingFor } from './volume-backed.ts'
import { chooseImage, lookUpImage } from './image-choice.ts'
import { hostOf } from './power.ts'

/** What is absent stays as it is. */
export type RebuildWish = {
  readonly imageRef: string
  /** Whether whoever asks knows that a volume to boot from can get another image. */
  readonly knowsVolumes?: boolean
  readonly name?: string
  readonly adminPass?: string
  readonly metadata?: Readonly<Record<string, string>>
  readonly description?: string | null
  readonly hostname?: string
  readonly keyName?: string | null
  readonly userData?: string | null
  readonly diskConfig?: 'AUTO' | 'MANUAL'
  readonly accessIpV4?: string | null
  readonly accessIpV6?: string | null
  readonly trustedImageCertificates?: readonly string[] | null
}

/** Answers the server as it will be, and its new password. @throws `invalid` for an image that will not do. */
export async function rebuild(
  ctx: ServerContext,
  who: Identity,
  request: RequestContext,
  id: string,
  wish: RebuildWish,
): Promise<{ readonly server: Server; readonly adminPass: string }> {
  return await onServer(ctx, who, id, async (tx, server) => {
    authorize(who, 'servers:rebuild', server)
    if (wish.trustedImageCertificates !== undefined) {
      authorize(who, 'servers:rebuild:trusted_certs', server)
    }
    allow(who, server, 'rebuild')
    const onVolume = isVolumeBacked(server)
    const choose = onVolume ? lookUpImage : chooseImage
    const image = await choose(tx, who, wish.imageRef, server.flavor)
    const reimaging = onVolume
      ? await reimagingFor(tx, server, image.id, wish.knowsVolumes ?? true)
      : null
    await checkKey(tx, server, wish.keyName ?? null)
    const task = { taskState: 'rebuilding' } as const
    const patch = { ...patchOf(wish), ...task }
    const begun = await servers.change(tx, server, patch, ctx.clock.now())
    const { imageId, imageProperties, imageMinDiskGb } = server
    const params = {
      serverId: server.id,
      host: hostOf(server),
      before: { imageId, imageProperties, imageMinDiskGb },
      after: {
        // Of a server that boots from a volume it is the volume that has the image.
        imageId: onVolume ? null : image.id,
        imageProperties: image.properties,
        imageMinDiskGb: image.minDiskGb,
      },
      reimaging,
      resting: server.vmState === 'stopped' ? 'stopped' : 'active',
    } as const
    await begin(ctx, tx, who, request, begun, { saga: rebuildServer, params, action: 'rebuild' })
    return { server: { ...begun, ...params.after }, adminPass: wish.adminPass ?? secureToken(9) }
  })
}

function patchOf(wish: RebuildWish): ServerPatch {
  const { imageRef: _, adminPass: __, knowsVolumes: ___, ...patch } = wish
  return patch
}

async function checkKey(tx: Tx, server: Server, name: string | null): Promise<void> {
  if (name === null) return
  if ((await keypairs.find(tx, server.userId, name)) === null) {
    throw problem('invalid', 'Invalid key_name provided.', { keyName: name })
  }
}
