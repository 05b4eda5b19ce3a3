/** Images, as their owners manage them and everybody uses them. */
import type { Image, ImageStatus, MemberStatus, Visibility } from '../../domain/image.ts'
import { mayChange, maySee } from '../../domain/image.ts'
import type { Identity } from '../../domain/identity.ts'
import { isAdmin } from '../../domain/identity.ts'
import type { ImageId, ProjectId } from '../../domain/ids.ts'
import { problem } from '../../lib/problem.ts'
import * as images from '../../store/image/images.ts'
import * as members from '../../store/image/members.ts'
import type { Reader } from '../../store/store.ts'
import type { ImageContext } from './context.ts'

export type NewImage = {
  readonly id: ImageId | null
  readonly owner: ProjectId | null
  readonly name: string | null
  readonly visibility: Visibility
  readonly minDiskGb: number
  readonly minMemoryMb: number
  readonly diskFormat: string | null
  readonly containerFormat: string | null
  readonly protected: boolean
  readonly hidden: boolean
  readonly tags: readonly string[]
  readonly properties: Readonly<Record<string, string>>
}

/** What can be changed of an image. */
export type ImageChange = Partial<Omit<NewImage, 'id'>>

export type ListFilter = {
  readonly ids: readonly string[] | null
  readonly name: string | null
  readonly visibility: Visibility | 'all' | null
  readonly memberStatus: MemberStatus | 'all'
}

/** @throws `not-found` also for an image that is somebody else's business. */
export async function getImage(ctx: ImageContext, who: Identity, id: string): Promise<Image> {
  return await ctx.store.read(async (reader) => await visible(reader, who, id))
}

/** What is on somebody's list, newest first. Every image is on an admin's list, but for others' community images. */
export async function listImages(
  ctx: ImageContext,
  who: Identity,
  { ids, name, visibility, memberStatus }: ListFilter,
): Promise<readonly Image[]> {
  const found = await ctx.store.read(
    async (reader) =>
      await images.list(reader, {
        ...(ids === null ? {} : { ids }),
        ...(name === null ? {} : { name }),
        ...(visibility === null || visibility === 'all' ? {} : { visibility }),
        ...(isAdmin(who) || who.projectId === null
          ? {}
          : { listedFor: { projectId: who.projectId, memberStatus } }),
      }),
  )
  return found
    .filter((image) => isAdmin(who) || who.projectId !== null || image.visibility === 'public')
    .filter(
      (image) =>
        image.visibility !== 'community' ||
        visibility !== null ||
        ids !== null ||
        image.owner === who.projectId,
    )
}

export async function createImage(
  ctx: ImageContext,
  who: Identity,
  wanted: NewImage,
): Promise<Image> {
  if (!isAdmin(who) && !who.roles.has('member')) throw forbidden('add_image')
  const owner = wanted.owner ?? who.projectId
  if (owner === null) throw forbidden('add_image')
  if (!isAdmin(who) && owner !== who.projectId) {
    throw problem('forbidden', `You are not permitted to create images owned by '${owner}'.`)
  }
  checkVisibility(who, wanted.visibility)
  const now = ctx.clock.now()
  // A new id is the id of the image that is made with it.
  const id = wanted.id ?? (ctx.ids.uuid() as ImageId)
  const image = {
    ...wanted,
    id,
    owner,
    status: 'queued',
    data: null,
    createdAt: now,
    updatedAt: now,
  } as const
  await ctx.store.transaction(async (tx) => await images.add(tx, image))
  return image
}

/** Changes an image to what the function makes of it. */
export async function updateImage(
  ctx: ImageContext,
  who: Identity,
  id: string,
  change: (image: Image) => ImageChange,
): Promise<Image> {
  return await ctx.store.transaction(async (tx) => {
    const image = await visible(tx, who, id)
    requireChange(who, image, 'modify_image')
    const { owner, ...rest } = change(image)
    if (rest.visibility !== undefined && rest.visibility !== image.visibility) {
      checkVisibility(who, rest.visibility)
    }
    if (owner !== undefined && owner !== image.owner && !isAdmin(who)) {
      throw problem('forbidden', "Attribute 'owner' is read-only.")
    }
    const changed = { ...image, ...rest, owner: owner ?? image.owner, updatedAt: ctx.clock.now() }
    await images.save(tx, changed)
    return changed
  })
}

/** Forgets an image and then its bytes. Between the two a crash leaves a file that a sweep removes. */
export async function deleteImage(ctx: ImageContext, who: Identity, id: string): Promise<void> {
  const image = await ctx.store.transaction(async (tx) => {
    const found = await visible(tx, who, id)
    requireChange(who, found, 'delete_image')
    if (found.protected) {
      throw problem('forbidden', `Image ${id} is protected and cannot be deleted.`, { image: id })
    }
    await images.remove(tx, found, ctx.clock.now())
    return found
  })
  const file = image.data?.file ?? null
  if (file !== null) await ctx.files.remove(file)
}

/**
 * Gives an image its bytes. Of two uploads of one image the first to end wins.
 * @throws `conflict` when it has bytes already, `invalid` before its formats are known.
 */
export async function uploadImage(
  ctx: ImageContext,
  who: Identity,
  id: string,
  bytes: AsyncIterable<Uint8Array>,
): Promise<void> {
  const image = await getImage(ctx, who, id)
  requireChange(who, image, 'upload_image')
  if (image.status !== 'queued') throw hasDataAlready(image)
  const unknown = [
    ...(image.diskFormat === null ? ['disk_format'] : []),
    ...(image.containerFormat === null ? ['container_format'] : []),
  ]
  if (unknown.length > 0) {
    throw problem('invalid', `Properties ${unknown.join(', ')} must be set prior to saving data.`)
  }
  const data = await ctx.files.keep(bytes)
  const won = await settle(
    ctx,
    data.file,
    async () =>
      await ctx.store.transaction(
        async (tx) => await images.activate(tx, image.id, data, ctx.clock.now()),
      ),
  )
  if (!won) throw hasDataAlready(image)
}

/** The bytes of an image, or null while it has none. */
export async function downloadImage(
  ctx: ImageContext,
  who: Identity,
  id: string,
): Promise<{ readonly image: Image; readonly bytes: AsyncIterable<Uint8Array> } | null> {
  const image = await getImage(ctx, who, id)
  if (image.status === 'deactivated' && !isAdmin(who)) {
    throw problem('forbidden', `The requested image ${id} is deactivated.`, { image: id })
  }
  const file = image.data?.file ?? null
  return file === null ? null : { image, bytes: await ctx.files.read(file) }
}

export async function setImageStatus(
  ctx: ImageContext,
  who: Identity,
  id: string,
  status: Exclude<ImageStatus, 'queued'>,
): Promise<void> {
  await ctx.store.transaction(async (tx) => {
    const image = await visible(tx, who, id)
    requireChange(who, image, status === 'active' ? 'reactivate' : 'deactivate')
    if (image.status === 'queued') {
      throw problem(
        'forbidden',
        `Not allowed to change the status of an image that is ${image.status}.`,
      )
    }
    await images.setStatus(tx, image, status, ctx.clock.now())
  })
}

/** Reads an image for somebody. @throws `not-found` when there is none that they may see. */
export async function visible(reader: Reader, who: Identity, id: string): Promise<Image> {
  const image = await images.get(reader, id)
  const shared = image.visibility === 'shared' ? await members.ofImage(reader, image.id) : []
  if (!maySee(who, image, shared)) throw images.missing(id)
  return image
}

export function requireChange(who: Identity, image: Image, action: string): void {
  if (!mayChange(who, image)) throw forbidden(action)
}

/** Removes the file unless what was to make it needed said yes. */
async function settle(
  ctx: ImageContext,
  file: string,
  work: () => Promise<boolean>,
): Promise<boolean> {
  let needed = false
  try {
    needed = await work()
    return needed
  } finally {
    if (!needed) await ctx.files.remove(file)
  }
}

function checkVisibility(who: Identity, visibility: Visibility): void {
  if (visibility === 'public' && !isAdmin(who)) throw forbidden('publicize_image')
}

function forbidden(action: string): Error {
  return problem('forbidden', `You are not authorized to complete ${action} action.`, { action })
}

function hasDataAlready({ id, status }: Image): Error {
  return problem(
    'conflict',
    `Image status transition from ${status === 'queued' ? 'active' : status} to saving is not allowed`,
    {
      image: id,
    },
  )
}
