/** Rescuing servers whose own system does not come up, and bringing them back. */
import type { Identity } from '../../domain/identity.ts'
import type { ImageId } from '../../domain/ids.ts'
import type { Server } from '../../domain/server.ts'
import { isProblem, problem } from '../../lib/problem.ts'
import { secureToken } from '../../lib/random.ts'
import { rescueServer, unrescueServer } from '../../operations/rescue.ts'
import type { Reader } from '../../store/store.ts'
import type { RequestContext } from '../context.ts'
import type { ServerContext } from './context.ts'
import { lookUpImage } from './image-choice.ts'
import type { ChosenImage } from './image-choice.ts'
import { beginOnHost } from './power.ts'
import { isVolumeBacked } from './volume-backed.ts'

export type RescueWish = {
  /** The image to run from; the server's own when it is null. */
  readonly imageRef: string | null
  readonly adminPass: string | null
  /** Whether whoever asks knows that servers that boot from volumes can be rescued. */
  readonly knowsVolumes?: boolean
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
    check: async (tx, server) => await rescuable(tx, who, server, wish),
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

/**
 * The image must be there and be one of its own. A server that boots from a volume runs from it beside its volume: for that the
 * image must say which device it is.
 * @throws `invalid`
 */
async function rescuable(
  reader: Reader,
  who: Identity,
  server: Server,
  { imageRef, knowsVolumes = true }: RescueWish,
): Promise<void> {
  const image = imageRef === null ? null : await rescueImage(reader, who, imageRef)
  if (!isVolumeBacked(server)) return
  const properties = image?.properties ?? {}
  const says = ['hw_rescue_device', 'hw_rescue_bus'].some((name) => name in properties)
  if (knowsVolumes && says) return
  throw problem(
    'invalid',
    `Instance ${server.id} cannot be rescued: Cannot rescue a volume-backed instance`,
  )
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

async function rescueImage(reader: Reader, who: Identity, ref: string): Promise<ChosenImage> {
  try {
    // A rescue takes no more memory than the server has, whatever the image wants.
    const image = await lookUpImage(reader, who, ref, { memoryMb: Infinity })
    // An image of volumes has nothing to run from.
    if (!('block_device_mapping' in image.properties)) return image
  } catch (thrown) {
    if (!isProblem(thrown, 'invalid')) throw thrown
  }
  throw problem('invalid', `Requested rescue image '${ref}' is not supported`, { image: ref })
}
