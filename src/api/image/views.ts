/** How the Image API shows what it keeps. */
import type { Image, Member } from '../../domain/image.ts'

export function instantView(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
}

/** What else was said of an image stands beside the fields that every image has. */
export function imageView(image: Image): object {
  const { data } = image
  const self = `/v2/images/${image.id}`
  return {
    ...image.properties,
    id: image.id,
    name: image.name,
    status: image.status,
    visibility: image.visibility,
    owner: image.owner,
    size: data?.size ?? null,
    virtual_size: null,
    checksum: data?.checksum ?? null,
    os_hash_algo: data === null ? null : 'sha512',
    os_hash_value: data?.sha512 ?? null,
    min_disk: image.minDiskGb,
    min_ram: image.minMemoryMb,
    disk_format: image.diskFormat,
    container_format: image.containerFormat,
    protected: image.protected,
    os_hidden: image.hidden,
    tags: image.tags,
    created_at: instantView(image.createdAt),
    updated_at: instantView(image.updatedAt),
    self,
    file: `${self}/file`,
    schema: '/v2/schemas/image',
  }
}

export function memberView(member: Member): object {
  return {
    image_id: member.imageId,
    member_id: member.projectId,
    status: member.status,
    created_at: instantView(member.createdAt),
    updated_at: instantView(member.updatedAt),
    schema: '/v2/schemas/member',
  }
}

/** The versions of the API, status 300: it has had many, and what they offer is all here. */
export function versionsDocument(base: string): object {
  const links = [{ rel: 'self', href: `${base}/v2/` }]
  const older = ['v2.7', 'v2.6', 'v2.5', 'v2.4', 'v2.3', 'v2.2', 'v2.1', 'v2.0']
  return {
    versions: [
      { id: 'v2.9', status: 'CURRENT', links },
      ...older.map((id) => ({ id, status: 'SUPPORTED', links })),
    ],
  }
}
