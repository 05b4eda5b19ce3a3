/** Actions that have to do with images and passwords: rebuilding, rescuing, snapshots. */
import type { Static } from 'typebox'
import { checkImageMetadata } from '../../../app/image/metadata.ts'
import { changePassword } from '../../../app/servers/password.ts'
import { rebuild } from '../../../app/servers/rebuild.ts'
import type { RebuildWish } from '../../../app/servers/rebuild.ts'
import { rescue } from '../../../app/servers/rescue.ts'
import { unshelve } from '../../../app/servers/shelve.ts'
import * as snapshots from '../../../app/servers/snapshot.ts'
import { showServer } from '../../../app/shown-servers.ts'
import type { ImageId } from '../../../domain/ids.ts'
import { problem } from '../../../lib/problem.ts'
import { shortest } from '../create-wish.ts'
import { accepted, ok } from '../replies.ts'
import type { Reply } from '../replies.ts'
import { action } from '../route.ts'
import type { Api, Route } from '../route.ts'
import type { Links } from '../links.ts'
import * as schemas from '../schemas/server-actions.ts'

const path = '/servers/{id}/action'

export const serverImageRoutes: readonly Route[] = [
  action('rebuild', {
    name: 'server.rebuild',
    path,
    policyWithin: 'servers:rebuild',
    request: schemas.rebuild,
    handler: async ({ ctx, who, request, params: { id = '' }, body, api, links }) => {
      const { adminPass } = await rebuild(ctx, who, request, id, {
        ...rebuildWish(body.rebuild),
        knowsVolumes: api.has('volumeBackedRebuild'),
      })
      const shown = await showServer(ctx, who, id, 'servers:rebuild')
      const server = { ...api.show('serverRebuilt', shown), adminPass }
      return accepted({ server }, { Location: links.href(`/servers/${id}`) })
    },
  }),
  action('createImage', {
    name: 'server.createImage',
    path,
    policyWithin: 'servers:create_image',
    request: schemas.createImage,
    handler: async ({
      ctx,
      who,
      request,
      params: { id = '' },
      body: { createImage: wish },
      api,
      links,
    }) => {
      const { name, metadata = {} } = wish
      if (!api.has('imageMetadataIsNotCounted')) await checkImageMetadata(ctx, who, metadata)
      const { imageId } = await snapshots.createImage(ctx, who, request, id, { name, metadata })
      return imageReply(imageId, api, links)
    },
  }),
  action('createBackup', {
    name: 'server.createBackup',
    path,
    policyWithin: 'os-create-backup',
    request: schemas.createBackup,
    handler: async ({
      ctx,
      who,
      request,
      params: { id = '' },
      body: { createBackup: wish },
      api,
      links,
    }) => {
      const { name, metadata = {}, backup_type: backupType, rotation } = wish
      if (!api.has('imageMetadataIsNotCounted')) await checkImageMetadata(ctx, who, metadata)
      const given = { name, metadata, backupType, rotation }
      const { imageId } = await snapshots.createBackup(ctx, who, request, id, given)
      // A backup that rotates away at once has no place to tell.
      const isKept = rotation > 0 || api.has('snapshotsAnswerWithTheImage')
      return isKept ? imageReply(imageId, api, links) : accepted()
    },
  }),
  action('rescue', {
    name: 'server.rescue',
    path,
    policyWithin: 'os-rescue',
    request: schemas.rescue,
    handler: async ({ ctx, who, request, params: { id = '' }, body, api }) => {
      const { rescue_image_ref: imageRef = null, adminPass = null } = body.rescue ?? {}
      const knowsVolumes = api.has('volumeBackedRescue')
      return ok(await rescue(ctx, who, request, id, { imageRef, adminPass, knowsVolumes }))
    },
  }),
  action('changePassword', {
    name: 'server.changePassword',
    path,
    policyWithin: 'os-admin-password',
    request: schemas.changePassword,
    handler: async ({ ctx, who, request, params: { id = '' }, body }) => {
      await changePassword(ctx, who, request, id, body.changePassword.adminPass)
      return accepted()
    },
  }),
  action('unshelve', {
    name: 'server.unshelve',
    path,
    policyWithin: 'os-shelve:unshelve',
    request: schemas.unshelve,
    handler: async ({ ctx, who, request, params: { id = '' }, body, api }) => {
      // Before a place could be chosen, what was said here was overlooked.
      const wish = api.has('unshelvedWhereAsked') ? body.unshelve : null
      await unshelve(ctx, who, request, id, {
        ...(wish?.availability_zone === undefined
          ? {}
          : { availabilityZone: wish.availability_zone }),
        ...(wish?.host === undefined ? {} : { host: wish.host }),
      })
      return accepted()
    },
  }),
]

type Body = Static<typeof schemas.rebuild>['rebuild']

/** What is not given stays out of the wish, for there absent means unchanged. */
function rebuildWish(body: Body): Omit<RebuildWish, 'knowsVolumes'> {
  if (body.preserve_ephemeral === true) {
    throw problem('invalid', 'The current driver does not support preserving ephemeral partitions.')
  }
  const wish = {
    imageRef: body.imageRef,
    name: body.name,
    adminPass: body.adminPass,
    metadata: body.metadata,
    description: body.description,
    hostname: body.hostname,
    keyName: body.key_name,
    userData: body.user_data,
    diskConfig: body['OS-DCF:diskConfig'],
    accessIpV4: body.accessIPv4,
    accessIpV6: shortest(body.accessIPv6),
    trustedImageCertificates: body.trusted_image_certificates,
  }
  const given = Object.entries(wish).filter(([, value]) => value !== undefined)
  // The image is always given, and nothing is of another type than it was.
  return Object.fromEntries(given) as Omit<RebuildWish, 'knowsVolumes'>
}

/** The image's id; or where it is, as it was told before. */
function imageReply(imageId: ImageId, api: Api, links: Links): Reply {
  return api.has('snapshotsAnswerWithTheImage')
    ? accepted({ image_id: imageId })
    : accepted(undefined, { Location: links.bookmark(`/images/${imageId}`).href })
}
