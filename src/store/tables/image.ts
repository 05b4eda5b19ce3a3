/** Tables of the image service. The bytes are in files. */
import type { Generated } from 'kysely'
import type { Flag } from './tables.ts'

export type ImageTables = {
  images: {
    number: Generated<number>
    id: string
    owner: string
    name: string | null
    status: string
    visibility: string
    size: number | null
    checksum: string | null
    sha512: string | null
    file: string | null
    min_disk_gb: number
    min_memory_mb: number
    disk_format: string | null
    container_format: string | null
    protected: Flag
    hidden: Flag
    tags: string
    properties: string
    created_at: number
    updated_at: number
  }
  image_members: {
    image_id: string
    project_id: string
    status: string
    created_at: number
    updated_at: number
  }
}
