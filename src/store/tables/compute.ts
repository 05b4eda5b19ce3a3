/** Tables of the compute service: hosts, flavors, servers and what happens to them. */
import type { Generated } from 'kysely'
import type { Flag } from './tables.ts'

export type ComputeTables = {
  hosts: {
    number: Generated<number>
    name: string
    /** The id of its compute service in the API. */
    service_id: string
    /** Its resource provider, which is also the id of its hypervisor in the API. */
    provider_id: string
    zone: string
    kind: string
    disabled: Flag
    disabled_reason: string | null
    forced_down: Flag
    /** What the driver reported: JSON of `HostResources`. */
    resources: string
    seen_at: number
    created_at: number
    updated_at: number
  }
  host_aggregates: {
    number: Generated<number>
    id: string
    name: string
    metadata: string
    created_at: number
    updated_at: number | null
  }
  host_aggregate_members: { aggregate: number; host: string }
  flavors: {
    number: Generated<number>
    id: string
    name: string
    vcpus: number
    memory_mb: number
    disk_gb: number
    ephemeral_gb: number
    swap_mb: number
    rxtx_factor: number
    is_public: Flag
    disabled: Flag
    description: string | null
    extra_specs: string
    created_at: number
  }
  flavor_access: { flavor: number; project_id: string }
  keypairs: {
    number: Generated<number>
    user_id: string
    name: string
    type: string
    public_key: string
    fingerprint: string
    created_at: number
  }
  servers: {
    number: Generated<number>
    id: string
    /** 1 until it is deleted, then null: what living things reference. */
    alive: Flag | null
    generation: number
    project_id: string
    user_id: string
    name: string
    host: string | null
    vm_state: string
    task_state: string | null
    power_state: string
    /** Set for good once a delete was accepted; nothing that runs afterwards can take it back. */
    delete_requested: Flag
    image_id: string | null
    flavor_id: string
    /** JSON of the flavor as it was when it was given to the server. */
    flavor: string
    /** JSON of what a cold move must remember, null when none is open. */
    move: string | null
    group_id: string | null
    zone: string | null
    key_name: string | null
    locked: Flag
    /** JSON of everything that no query looks into. */
    details: string
    charged_cores: number
    charged_ram_mb: number
    created_at: number
    updated_at: number
    launched_at: number | null
    terminated_at: number | null
    deleted_at: number | null
  }
  server_tags: { server_id: string; tag: string }
  server_groups: {
    number: Generated<number>
    id: string
    name: string
    project_id: string
    user_id: string
    policy: string
    rules: string
    created_at: number
  }
  migrations: {
    number: Generated<number>
    id: string
    server_id: string
    /** 1 until it has ended, then null. At most one of a server is open. */
    open: Flag | null
    project_id: string
    user_id: string
    kind: string
    status: string
    source_host: string | null
    dest_host: string | null
    old_flavor: string
    new_flavor: string
    /** JSON of what the driver tells about a live migration's progress. */
    progress: string | null
    hidden: Flag
    created_at: number
    updated_at: number
  }
  faults: {
    number: Generated<number>
    server_id: string
    code: number
    message: string
    details: string
    created_at: number
  }
  actions: {
    number: Generated<number>
    server_id: string
    name: string
    request_id: string
    project_id: string
    user_id: string
    /** The saga whose log are its events; null when it was done in the request itself. */
    saga_id: string | null
    message: string | null
    started_at: number
    updated_at: number
  }
  quota_limits: { project_id: string; resource: string; limit: number }
  /** What single users of a project may have, of whom something else is said than of the project. */
  user_quota_limits: { project_id: string; user_id: string; resource: string; limit: number }
  /** What the project's servers are charged, kept in the transactions that change them. */
  usages: { project_id: string; instances: number; cores: number; ram_mb: number }
  /** The same by the user who made them. */
  user_usages: {
    project_id: string
    user_id: string
    instances: number
    cores: number
    ram_mb: number
  }
}
