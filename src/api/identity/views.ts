/** How Identity shows what it keeps. */
import type {
  ApplicationCredential,
  Domain,
  GoodToken,
  Project,
  RoleRecord,
  Target,
  User,
  UserGroup,
} from '../../domain/accounts.ts'
import type { NamedAssignment } from '../../app/identity/named-assignments.ts'

/** An address below `/v3`, as links need it. */
export type Links = (path: string) => string

export function linksAt(base: string): Links {
  return (path) => `${base}/v3${path}`
}

/** Six digits of a second, as every OpenStack service has them. */
export function instantView(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z')
}

/** A list under its name. Everything fits on one page. */
export function listView(name: string, items: readonly object[], self: string): object {
  return { [name]: items, links: { next: null, self, previous: null } }
}

export function domainView({ id, name, description, enabled }: Domain, links: Links): object {
  const self = links(`/domains/${id}`)
  return { id, name, description, enabled, tags: [], options: {}, links: { self } }
}

export function projectView(project: Project, links: Links): object {
  return {
    id: project.id,
    name: project.name,
    domain_id: project.domainId,
    description: project.description,
    enabled: project.enabled,
    parent_id: project.parentId,
    is_domain: false,
    tags: project.tags,
    options: {},
    links: { self: links(`/projects/${project.id}`) },
  }
}

export function userView(user: User, links: Links): object {
  return {
    id: user.id,
    name: user.name,
    domain_id: user.domainId,
    enabled: user.enabled,
    ...(user.email === null ? {} : { email: user.email }),
    ...(user.description === null ? {} : { description: user.description }),
    ...(user.defaultProjectId === null ? {} : { default_project_id: user.defaultProjectId }),
    password_expires_at: null,
    options: {},
    links: { self: links(`/users/${user.id}`) },
  }
}

export function groupView({ id, name, domainId, description }: UserGroup, links: Links): object {
  return { id, name, domain_id: domainId, description, links: { self: links(`/groups/${id}`) } }
}

export function roleView({ id, name, description }: RoleRecord, links: Links): object {
  return {
    id,
    name,
    description,
    domain_id: null,
    options: {},
    links: { self: links(`/roles/${id}`) },
  }
}

export function credentialView(
  credential: ApplicationCredential,
  roles: ReadonlyMap<string, { readonly id: string; readonly name: string }>,
  links: Links,
): object {
  const { id, userId, name } = credential
  return {
    id,
    name,
    description: credential.description,
    user_id: userId,
    project_id: credential.projectId,
    roles: credential.roles.flatMap((role) => {
      const found = roles.get(role)
      return found === undefined ? [] : [{ id: found.id, name: found.name, domain_id: null }]
    }),
    unrestricted: credential.unrestricted,
    expires_at: credential.expiresAt === null ? null : instantView(credential.expiresAt),
    access_rules: null,
    links: { self: links(`/users/${userId}/application_credentials/${id}`) },
  }
}

export function assignmentView(
  assignment: NamedAssignment,
  options: { readonly names: boolean },
  links: Links,
): object {
  const { role, party, partyName, partyDomain, target, member, prior } = assignment
  const path = target.kind === 'system' ? '/system' : `/${target.kind}s/${target.id}`
  const given = prior ?? role
  const named = { name: partyName, domain: partyDomain }
  const via = member === null ? party : member
  return {
    role: options.names ? { id: role.id, name: role.name, domain_id: null } : { id: role.id },
    [party.kind]: { id: party.id, ...(options.names ? named : {}) },
    scope: scopeView(target, assignment, options),
    links: {
      assignment: links(`${path}/${via.kind}s/${via.id}/roles/${given.id}`),
      ...(member === null ? {} : { membership: links(`/groups/${member.id}/users/${party.id}`) }),
      ...(prior === null ? {} : { prior_role: links(`/roles/${prior.id}/implies/${role.id}`) }),
    },
  }
}

function scopeView(
  target: Target,
  { targetName, targetDomain }: NamedAssignment,
  { names }: { readonly names: boolean },
): object {
  if (target.kind === 'system') return { system: { all: true } }
  const domain = targetDomain === null ? {} : { domain: targetDomain }
  return { [target.kind]: { id: target.id, ...(names ? { name: targetName, ...domain } : {}) } }
}

/** A token's body. The catalog is left out of unscoped tokens, and when nobody wants it. */
export function tokenView(token: GoodToken, catalog: readonly object[] | null): object {
  const { user, userDomain, project, projectDomain, domain, target, applicationCredential } = token
  return {
    token: {
      methods: token.methods,
      user: { ...idAndName(user), domain: idAndName(userDomain), password_expires_at: null },
      audit_ids: token.auditIds,
      issued_at: instantView(token.issuedAt),
      expires_at: instantView(token.expiresAt),
      ...(project === null || projectDomain === null
        ? {}
        : {
            project: { ...idAndName(project), domain: idAndName(projectDomain) },
            is_domain: false,
          }),
      ...(domain === null ? {} : { domain: idAndName(domain) }),
      ...(target?.kind === 'system' ? { system: { all: true } } : {}),
      ...(target === null ? {} : { roles: token.roles.map(idAndName) }),
      ...(target === null || catalog === null ? {} : { catalog }),
      ...(applicationCredential === null
        ? {}
        : {
            application_credential: {
              ...idAndName(applicationCredential),
              restricted: !applicationCredential.unrestricted,
            },
          }),
    },
  }
}

function idAndName({ id, name }: { readonly id: string; readonly name: string }): object {
  return { id, name }
}
