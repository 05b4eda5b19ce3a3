/** Rescuing servers whose own system does not come up, and bringing them back. */
import type { Identity } from '../../domain/identity.ts'
import type { ImageId } from '../../domain/ids.ts'
import { secureToken } from '../../lib/random.ts'
import { rescueServer, unrescueServer } from '../../operations/rescue.ts'
import type { RequestContext } from '../context.ts'
import type { ServerContext } from './context.ts'
import { beginOnHost } from './power.ts'

export type RescueWish = {
  /** The image to run from; the server's own when it is null. */
  readonly imageRef: string | null
  readonly adminPass: string | null
}

/** Answers the password of the rescue system. */
export async function rescue(
  ctx: ServerContext,
  who: Identity,
  request: RequestContext,
  id: string,
  wish: RescueWish,
): Promise<{ readonly adminPass: string }> {
  await beginOnHost(ctx, who, request, id, {
    rule: 'os-rescue',
    does: 'rescue',
    task: 'rescuing',
    saga: rescueServer,
    // An id that the API has checked to be one.
    with: { imageId: wish.imageRef as ImageId | null },
    action: 'rescue',
  })
  return { adminPass: wish.adminPass ?? secureToken(9) }
}

export async function unrescue(
  ctx: ServerContext,
  who: Identity,
  request: RequestContext,
  id: string,
): Promise<void> {
  await beginOnHost(ctx, who, request, id, {
    rule: 'os-unrescue',
    does: 'unrescue',
    task: 'unrescuing',
    saga: unrescueServer,
    with: {},
    action: 'unrescue',
  })
}
