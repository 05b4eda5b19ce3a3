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

export function domainView(domain: Domain, links: Links): object {
  const { id, name, description, enabled, options, extra } = domain
  const self = links(`/domains/${id}`)
  return { ...extra, id, name, description, enabled, tags: [], options, links: { self } }
}

export function projectView(project: Project, links: Links): object {
  return {
    ...project.extra,
    id: project.id,
    name: project.name,
    domain_id: project.domainId,
    description: project.description,
    enabled: project.enabled,
    parent_id: project.parentId,
    is_domain: false,
    tags: project.tags,
    options: project.options,
    links: { self: links(`/projects/${project.id}`) },
  }
}

export function userView(user: User, links: Links): object {
  return {
    ...user.extra,
    id: user.id,
    name: user.name,
    domain_id: user.domainId,
    enabled: user.enabled,
    ...(user.email === null ? {} : { email: user.email }),
    ...(user.description === null ? {} : { description: user.description }),
    ...(user.defaultProjectId === null ? {} : { default_project_id: user.defaultProjectId }),
    password_expires_at: null,
    options: user.options,
    links: { self: links(`/users/${user.id}`) },
  }
}

export function groupView(group: UserGroup, links: Links): object {
  const { id, name, domainId, description, extra } = group
  const self = links(`/groups/${id}`)
  return { ...extra, id, name, domain_id: domainId, description, links: { self } }
}

export function roleView(role: RoleRecord, links: Links): object {
  const { id, name, description, domainId, options, extra } = role
  return {
    ...extra,
    id,
    name,
    description,
    domain_id: domainId,
    options,
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
    // Alone among the instants of Identity this one is told without its zone, which is UTC.
    expires_at:
      credential.expiresAt === null ? null : instantView(credential.expiresAt).slice(0, -1),
    access_rules: credential.accessRules,
    links: { self: links(`/users/${userId}/application_credentials/${id}`) },
  }
}

export function assignmentView(
  assignment: NamedAssignment,
  options: { readonly names: boolean },
  links: Links,
): object {
  const { role, roleDomain, party, partyName, partyDomain, target, member, prior } = assignment
  const { source, inherited } = assignment
  const { kind, id: place } = source ?? target
  const path = kind === 'system' ? '/system' : `/${kind}s/${place}`
  const [before, after] = inherited ? ['/OS-INHERIT', '/inherited_to_projects'] : ['', '']
  const given = prior ?? role
  const named = { name: partyName, domain: partyDomain }
  const via = member === null ? party : member
  return {
    role: options.names
      ? {
          id: role.id,
          name: role.name,
          ...(roleDomain === null ? { domain_id: null } : { domain: roleDomain }),
        }
      : { id: role.id },
    [party.kind]: { id: party.id, ...(options.names ? named : {}) },
    scope: {
      ...scopeView(target, assignment, options),
      ...(inherited ? { 'OS-INHERIT:inherited_to': 'projects' } : {}),
    },
    links: {
      assignment: links(`${before}${path}/${via.kind}s/${via.id}/roles/${given.id}${after}`),
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
  const { user, userDomain, project, projectDomain, domain, target, applicationCredential, trust } =
    token
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
      ...(trust === null
        ? {}
        : {
            'OS-TRUST:trust': {
              id: trust.id,
              impersonation: trust.impersonation,
              trustor_user: { id: trust.trustorId },
              trustee_user: { id: trust.trusteeId },
            },
          }),
      ...(applicationCredential === null
        ? {}
        : {
            application_credential: {
              ...idAndName(applicationCredential),
              restricted: !applicationCredential.unrestricted,
              ...(applicationCredential.accessRules === null
                ? {}
                : { access_rules: applicationCredential.accessRules }),
            },
          }),
    },
  }
}

function idAndName({ id, name }: { readonly id: string; readonly name: string }): object {
  return { id, name }
}
