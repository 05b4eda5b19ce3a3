/** Sharing an image with other projects: its owner offers, they accept or not. */
import type { Image, Member, MemberStatus } from '../../domain/image.ts'
import type { Identity } from '../../domain/identity.ts'
import { isAdmin } from '../../domain/identity.ts'
import type { ProjectId } from '../../domain/ids.ts'
import { problem } from '../../lib/problem.ts'
import * as members from '../../store/image/members.ts'
import type { Reader } from '../../store/store.ts'
import type { ImageContext } from './context.ts'
import { requireChange, visible } from './images.ts'

/** The owner sees all members, a member itself only. */
export async function listMembers(
  ctx: ImageContext,
  who: Identity,
  imageId: string,
): Promise<readonly Member[]> {
  return await ctx.store.read(async (reader) => {
    const image = await shared(reader, who, imageId)
    const all = await members.ofImage(reader, image.id)
    return owns(who, image) ? all : all.filter(({ projectId }) => projectId === who.projectId)
  })
}

export async function getMember(
  ctx: ImageContext,
  who: Identity,
  imageId: string,
  projectId: string,
): Promise<Member> {
  const found = (await listMembers(ctx, who, imageId)).find((each) => each.projectId === projectId)
  if (found === undefined) throw missing(projectId)
  return found
}

export async function addMember(
  ctx: ImageContext,
  who: Identity,
  imageId: string,
  projectId: ProjectId,
): Promise<Member> {
  return await ctx.store.transaction(async (tx) => {
    const image = await shared(tx, who, imageId)
    requireChange(who, image, 'add_member')
    const now = ctx.clock.now()
    const member = {
      imageId: image.id,
      projectId,
      status: 'pending',
      createdAt: now,
      updatedAt: now,
    } as const
    if (!(await members.add(tx, member))) {
      throw problem('conflict', `Member ${projectId} is already a member of image ${imageId}`)
    }
    return member
  })
}

/** Only the project itself says whether it wants the image. */
export async function answerMember(
  ctx: ImageContext,
  who: Identity,
  { imageId, projectId, status }: { imageId: string; projectId: string; status: MemberStatus },
): Promise<Member> {
  return await ctx.store.transaction(async (tx) => {
    const image = await shared(tx, who, imageId)
    const found = (await members.ofImage(tx, image.id)).find((each) => each.projectId === projectId)
    if (found === undefined) throw missing(projectId)
    if (!isAdmin(who) && who.projectId !== projectId) {
      throw problem('forbidden', 'Only the member itself can change its status.')
    }
    const changed = { ...found, status, updatedAt: ctx.clock.now() }
    await members.save(tx, changed)
    return changed
  })
}

export async function removeMember(
  ctx: ImageContext,
  who: Identity,
  imageId: string,
  projectId: string,
): Promise<void> {
  await ctx.store.transaction(async (tx) => {
    const image = await shared(tx, who, imageId)
    requireChange(who, image, 'delete_member')
    const found = (await members.ofImage(tx, image.id)).find((each) => each.projectId === projectId)
    if (found === undefined) throw missing(projectId)
    await members.remove(tx, image.id, found.projectId)
  })
}

async function shared(reader: Reader, who: Identity, id: string): Promise<Image> {
  const image = await visible(reader, who, id)
  if (image.visibility !== 'shared') throw problem('forbidden', 'Only shared images have members.')
  return image
}

function owns(who: Identity, image: Image): boolean {
  return isAdmin(who) || image.owner === who.projectId
}

function missing(projectId: string): Error {
  return problem('not-found', `Member ${projectId} could not be found.`, { member: projectId })
}
