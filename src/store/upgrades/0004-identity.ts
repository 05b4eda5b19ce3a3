/** Domains, projects, users, roles, tokens. */
import type { Upgrade } from './upgrade.ts'

export const identity: Upgrade = {
  number: 4,
  name: 'identity',
  statements: () => [
    `CREATE TABLE domains (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL UNIQUE,
      description TEXT NOT NULL,
      enabled BIGINT NOT NULL,
      created_at BIGINT NOT NULL
    )`,
    `CREATE TABLE projects (
      id TEXT PRIMARY KEY,
      domain_id TEXT NOT NULL REFERENCES domains (id),
      name TEXT NOT NULL,
      description TEXT NOT NULL,
      enabled BIGINT NOT NULL,
      parent_id TEXT NOT NULL,
      tags TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      UNIQUE (domain_id, name)
    )`,
    `CREATE TABLE users (
      id TEXT PRIMARY KEY,
      domain_id TEXT NOT NULL REFERENCES domains (id),
      name TEXT NOT NULL,
      email TEXT,
      description TEXT,
      default_project_id TEXT,
      enabled BIGINT NOT NULL,
      password TEXT,
      created_at BIGINT NOT NULL,
      UNIQUE (domain_id, name)
    )`,
    `CREATE TABLE roles (
      id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, description TEXT, created_at BIGINT NOT NULL
    )`,
    `CREATE TABLE role_assignments (
      user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      role_id TEXT NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
      target_kind TEXT NOT NULL,
      target_id TEXT NOT NULL,
      PRIMARY KEY (user_id, target_kind, target_id, role_id)
    )`,
    'CREATE INDEX role_assignments_of_target ON role_assignments (target_kind, target_id)',
    `CREATE TABLE application_credentials (
      id TEXT PRIMARY KEY,
      user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
      name TEXT NOT NULL,
      description TEXT,
      secret TEXT NOT NULL,
      roles TEXT NOT NULL,
      unrestricted BIGINT NOT NULL,
      expires_at BIGINT,
      created_at BIGINT NOT NULL,
      UNIQUE (user_id, name)
    )`,
    `CREATE TABLE tokens (
      hash TEXT PRIMARY KEY,
      user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      target_kind TEXT,
      target_id TEXT,
      methods TEXT NOT NULL,
      audit_ids TEXT NOT NULL,
      application_credential_id TEXT REFERENCES application_credentials (id) ON DELETE CASCADE,
      issued_at BIGINT NOT NULL,
      expires_at BIGINT NOT NULL
    )`,
    'CREATE INDEX tokens_by_age ON tokens (expires_at)',
    'CREATE INDEX tokens_of_user ON tokens (user_id)',
  ],
}
