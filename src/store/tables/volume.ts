/** Tables of the volume service, and which volumes are disks of servers. */
import type { Generated } from 'kysely'
import type { Flag } from './tables.ts'

export type VolumeTables = {
  volume_types: {
    number: Generated<number>
    id: string
    name: string
    description: string | null
    is_public: Flag
    extra_specs: string
    /** 1 for the one that volumes get whose maker names none, else null: there is one at most. */
    chosen: Flag | null
    qos_specs_id: string | null
    created_at: number
  }
  volume_qos_specs: {
    number: Generated<number>
    id: string
    name: string
    consumer: string
    specs: string
    created_at: number
  }
  volume_type_encryption: {
    type_id: string
    id: string
    provider: string
    control_location: string
    cipher: string | null
    key_size: number | null
    created_at: number
  }
  /** Volumes that are offered to whoever has the key. */
  volume_transfers: {
    number: Generated<number>
    id: string
    volume_id: string
    project_id: string
    name: string | null
    key_hash: string
    with_snapshots: Flag
    created_at: number
  }
  volume_type_access: { type_id: string; project_id: string }
  volumes: {
    number: Generated<number>
    id: string
    project_id: string
    user_id: string
    name: string | null
    description: string | null
    status: string
    migration_status: string | null
    size_gb: number
    zone: string
    type_id: string
    bootable: Flag
    read_only: Flag
    /** Whether anybody has said who may write. */
    access_said: Flag
    multiattach: Flag
    metadata: string
    snapshot_id: string | null
    source_id: string | null
    image_metadata: string
    created_at: number
    updated_at: number
  }
  volume_snapshots: {
    number: Generated<number>
    id: string
    volume_id: string
    project_id: string
    user_id: string
    name: string | null
    description: string | null
    status: string
    progress: string
    size_gb: number
    metadata: string
    created_at: number
    updated_at: number
  }
  volume_attachments: {
    number: Generated<number>
    id: string
    volume_id: string
    project_id: string
    /** 1 while the volume is not shared, else null: then it has one attachment at most. */
    exclusive: Flag | null
    server_id: string | null
    host: string | null
    device: string | null
    mode: string
    state: string
    connector: string | null
    attached_at: number | null
    created_at: number
  }
  volume_backups: {
    number: Generated<number>
    id: string
    project_id: string
    user_id: string
    volume_id: string
    snapshot_id: string | null
    parent_id: string | null
    name: string | null
    description: string | null
    status: string
    size_gb: number
    container: string | null
    zone: string | null
    metadata: string
    /** JSON of what is known of what is in it. */
    content: string
    data_at: number
    created_at: number
    updated_at: number
  }
  volume_limits: { project_id: string; resource: string; limit: number }
  /** What the project's volumes and snapshots are charged, kept in the transactions that change them. */
  volume_usages: {
    project_id: string
    volumes: number
    snapshots: number
    gigabytes: number
  }
  /** Disks of living servers that are volumes, or will be: while there is one, the server cannot be marked deleted. */
  server_volumes: {
    number: Generated<number>
    id: string
    server_id: string
    server_alive: Flag
    /** Null until the volume is made. */
    volume_id: string | null
    attachment_id: string | null
    /** JSON of what the volume shall be made from; null of one that was there before. */
    made_from: string | null
    boot_index: number | null
    device: string
    tag: string | null
    delete_on_termination: Flag
    created_at: number
  }
}
