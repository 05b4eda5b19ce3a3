/** Tables of the identity service. */
import type { Flag } from './tables.ts'

export type IdentityTables = {
  domains: { id: string; name: string; description: string; enabled: Flag; created_at: number }
  projects: {
    id: string
    domain_id: string
    name: string
    description: string
    enabled: Flag
    parent_id: string
    tags: string
    created_at: number
  }
  users: {
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
  roles: { id: string; name: string; description: string | null; created_at: number }
  role_assignments: { user_id: string; role_id: string; target_kind: string; target_id: string }
  user_groups: {
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
    issued_at: number
    expires_at: number
  }
}
