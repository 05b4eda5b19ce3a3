/** Tables of the identity service. */
import type { Flag } from './tables.ts'

/** JSON: what clients said, and options. */
type KeptColumns = { extra: string; options: string }

export type IdentityTables = {
  domains: KeptColumns & {
    id: string
    name: string
    description: string
    enabled: Flag
    created_at: number
  }
  projects: KeptColumns & {
    id: string
    domain_id: string
    name: string
    description: string
    enabled: Flag
    parent_id: string
    tags: string
    created_at: number
  }
  users: KeptColumns & {
    id: string
    domain_id: string
    name: string
    email: string | null
    description: string | null
    default_project_id: string | null
    enabled: Flag
    /** A salted scrypt hash with its parameters; null for a user who cannot log in by password. */
    password: string | null
    created_at: number
  }
  roles: KeptColumns & {
    id: string
    domain_id: string | null
    name: string
    /** The name, with the domain where there is one: unique. */
    taken: string
    description: string | null
    created_at: number
  }
  role_inferences: { prior_id: string; implied_id: string }
  /** What is inherited by the projects below a target has a kind of its own: `inherited-project`, `inherited-domain`. */
  role_assignments: { user_id: string; role_id: string; target_kind: string; target_id: string }
  user_groups: Pick<KeptColumns, 'extra'> & {
    id: string
    domain_id: string
    name: string
    description: string
    created_at: number
  }
  group_members: { group_id: string; user_id: string }
  group_assignments: { group_id: string; role_id: string; target_kind: string; target_id: string }
  application_credentials: {
    id: string
    user_id: string
    project_id: string
    name: string
    description: string | null
    secret: string
    roles: string
    unrestricted: Flag
    expires_at: number | null
    /** JSON; null where there are none and everything is open. */
    access_rules: string | null
    created_at: number
  }
  access_rules: { id: string; user_id: string; service: string; method: string; path: string }
  catalog_regions: { id: string; description: string; parent_id: string | null; extra: string }
  catalog_services: { id: string; type: string; name: string; enabled: Flag; extra: string }
  catalog_endpoints: {
    id: string
    service_id: string
    side: string
    region_id: string | null
    url: string
    enabled: Flag
    extra: string
  }
  trusts: {
    id: string
    trustor_id: string
    trustee_id: string
    project_id: string
    impersonation: Flag
    roles: string
    expires_at: number | null
    remaining_uses: number | null
    created_at: number
  }
  /** Tokens by the hash of their text: who reads the database cannot use them. */
  tokens: {
    hash: string
    user_id: string
    target_kind: string | null
    target_id: string | null
    methods: string
    audit_ids: string
    application_credential_id: string | null
    trust_id: string | null
    issued_at: number
    expires_at: number
  }
}
