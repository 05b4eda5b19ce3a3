/** How the volume API shows what it keeps. */
import type { Identity } from '../../domain/identity.ts'
import type { VolumeShown } from '../../app/volume/volumes.ts'
import type { Attachment, VolumeSnapshot, VolumeType } from '../../domain/volume/volume.ts'
import { isAdmin } from '../../domain/identity.ts'
import type { Api } from './versions.ts'

type View = Readonly<Record<string, unknown>>
type Viewing = { readonly api: Api; readonly base: string; readonly who: Identity }

/** To the microsecond, and without a zone: it is UTC. */
export function instantView(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000')
}

export function linksOf(base: string, path: string): readonly object[] {
  const bookmark = base.replace(/\/v3(?=\/|$)/, '')
  return [
    { rel: 'self', href: base + path },
    { rel: 'bookmark', href: bookmark + path },
  ]
}

/** A volume as it is shown and listed: also whose it is, and for admins, where. */
export function volumeView(shown: VolumeShown, viewing: Viewing): View {
  const { volume: of } = shown
  return {
    ...madeVolumeView(shown, viewing),
    'os-vol-tenant-attr:tenant_id': of.projectId,
    ...(Object.keys(of.imageMetadata).length > 0
      ? { volume_image_metadata: of.imageMetadata }
      : {}),
    ...(isAdmin(viewing.who)
      ? {
          'os-vol-host-attr:host': 'berth@builtin#builtin',
          'os-vol-mig-status-attr:migstat': of.migrationStatus,
          'os-vol-mig-status-attr:name_id': null,
        }
      : {}),
  }
}

/** A volume as it is told when it has been made or changed. */
export function madeVolumeView(shown: VolumeShown, { api, base, who }: Viewing): View {
  const { volume: of, attachments, typeName, isEncrypted } = shown
  const admin = isAdmin(who)
  return {
    id: of.id,
    name: of.name,
    description: of.description,
    status: of.status,
    size: of.sizeGb,
    availability_zone: of.zone,
    volume_type: typeName,
    bootable: String(of.bootable),
    encrypted: isEncrypted,
    multiattach: of.multiattach,
    metadata: { ...of.metadata, ...accessView(of.readOnly) },
    attachments: attachments
      .filter(({ state }) => state === 'attached')
      .map((each) => attachedView(each, admin)),
    snapshot_id: of.snapshotId,
    source_volid: of.sourceId,
    consistencygroup_id: null,
    replication_status: null,
    migration_status: of.migrationStatus,
    user_id: of.userId,
    created_at: instantView(of.createdAt),
    updated_at: instantView(of.updatedAt),
    links: linksOf(base, `/volumes/${of.id}`),
    ...(api.has('groupIds') ? { group_id: null } : {}),
    ...(api.has('providerIds') && admin ? { provider_id: null } : {}),
    ...(api.has('sharedTargets') ? { service_uuid: null, shared_targets: false } : {}),
    ...(api.has('clusterNames') && admin ? { cluster_name: null } : {}),
    ...(api.has('typeIds') ? { volume_type_id: of.typeId } : {}),
    ...(api.has('quotaUse') ? { consumes_quota: true } : {}),
  }
}

/** Who may write to a volume is shown among its metadata once somebody has said so. */
function accessView(readOnly: boolean | null): View {
  if (readOnly === null) return {}
  return { readonly: readOnly ? 'True' : 'False' }
}

/** An attachment as part of its volume. The id is the volume's, as ever. */
function attachedView(of: Attachment, seesHost: boolean): View {
  return {
    id: of.volumeId,
    attachment_id: of.id,
    volume_id: of.volumeId,
    server_id: of.serverId,
    host_name: seesHost ? of.host : null,
    device: of.device,
    attached_at: of.attachedAt === null ? null : instantView(of.attachedAt),
  }
}

export function attachmentBrief(of: Attachment): View {
  return { id: of.id, status: of.state, instance: of.serverId, volume_id: of.volumeId }
}

export function attachmentView(of: Attachment): View {
  return {
    ...attachmentBrief(of),
    attach_mode: of.mode,
    attached_at: of.attachedAt === null ? '' : instantView(of.attachedAt),
    detached_at: '',
    connection_info: connectionInfo(of),
  }
}

/** How to reach the volume from the host that said it would: hosts here know volumes by their ids. */
export function connectionInfo(of: Attachment): View {
  if (of.state === 'reserved') return {}
  return {
    driver_volume_type: 'berth',
    attachment_id: of.id,
    volume_id: of.volumeId,
    access_mode: of.mode,
    encrypted: false,
  }
}

export function snapshotBrief(of: VolumeSnapshot): View {
  return {
    id: of.id,
    name: of.name,
    description: of.description,
    status: of.status,
    size: of.sizeGb,
    volume_id: of.volumeId,
    metadata: of.metadata,
    created_at: instantView(of.createdAt),
    updated_at: instantView(of.updatedAt),
  }
}

export function snapshotView(of: VolumeSnapshot, { api }: Pick<Viewing, 'api'>): View {
  return {
    ...snapshotBrief(of),
    'os-extended-snapshot-attributes:progress': of.progress,
    'os-extended-snapshot-attributes:project_id': of.projectId,
    ...(api.has('groupIds') ? { group_snapshot_id: null } : {}),
    ...(api.has('snapshotUsers') ? { user_id: of.userId } : {}),
    ...(api.has('quotaUse') ? { consumes_quota: true } : {}),
  }
}

/** A type as it is shown and listed. */
export function typeView(of: VolumeType, who: Identity): View {
  return { ...madeTypeView(of, who), qos_specs_id: of.qosId }
}

/** A type as it is told when it has been made. */
export function madeTypeView(of: VolumeType, who: Identity): View {
  return { ...changedTypeView(of, who), 'os-volume-type-access:is_public': of.isPublic }
}

/** A type as it is told when it has been changed. */
export function changedTypeView(of: VolumeType, who: Identity): View {
  return {
    id: of.id,
    name: of.name,
    description: of.description,
    is_public: of.isPublic,
    // What users may know of a type; the rest is how an operator makes it so.
    extra_specs: isAdmin(who) ? of.extraSpecs : visibleSpecs(of.extraSpecs),
  }
}

/** A type as it is told with what was made of a volume: the record as it is kept. */
export function recordedTypeView(of: VolumeType, who: Identity): View {
  return {
    ...changedTypeView(of, who),
    qos_specs_id: of.qosId,
    created_at: instantView(of.createdAt),
    updated_at: null,
    deleted_at: null,
    deleted: false,
  }
}

const forUsers = new Set(['multiattach', 'RESKEY:availability_zones', 'replication_enabled'])

function visibleSpecs(specs: VolumeType['extraSpecs']): VolumeType['extraSpecs'] {
  return Object.fromEntries(Object.entries(specs).filter(([name]) => forUsers.has(name)))
}
