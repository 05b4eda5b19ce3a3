/**
 * What a token stands for now.
 *
 * A token records who and where, never what may be done: user, project and roles are looked up each time, so that a token is
 * worth nothing as soon as its user is disabled or has lost the last role there.
 */
import type { GoodToken, RoleRecord, TokenRecord } from '../../domain/accounts.ts'
import { withInferred } from '../../domain/role-inferences.ts'
import type { Instant } from '../../lib/clock.ts'
import { isProblem } from '../../lib/problem.ts'
import * as credentials from '../../store/identity/application-credentials.ts'
import * as domains from '../../store/identity/domains.ts'
import { held } from '../../store/identity/inheritance.ts'
import * as projects from '../../store/identity/projects.ts'
import * as roles from '../../store/identity/roles.ts'
import * as users from '../../store/identity/users.ts'
import type { Reader } from '../../store/store.ts'

/** Everything the token stands for, or null when that is nothing (any more). */
export async function goodToken(
  reader: Reader,
  record: TokenRecord,
  now: Instant,
): Promise<GoodToken | null> {
  const owner = await ownerOf(reader, record)
  if (owner === null) return null
  const { target } = record
  const project = target?.kind === 'project' ? await projects.find(reader, target.id) : null
  const projectDomain =
    project === null ? null : await domains.find(reader, { id: project.domainId })
  const domain = target?.kind === 'domain' ? await domains.find(reader, { id: target.id }) : null
  const holds = {
    project: project?.enabled === true && projectDomain?.enabled === true,
    domain: domain?.enabled === true,
    system: true,
  }
  if (target !== null && !holds[target.kind]) return null
  const credential =
    record.applicationCredentialId === null
      ? null
      : await credentials.find(reader, { id: record.applicationCredentialId })
  const expiresAt = credential?.credential.expiresAt ?? null
  if (expiresAt !== null && expiresAt <= now) return null
  const given = await rolesOf(reader, record, credential?.credential.roles ?? null)
  if (target !== null && given.length === 0) return null
  return {
    ...record,
    ...owner,
    project,
    projectDomain,
    domain,
    applicationCredential: credential?.credential ?? null,
    roles: given,
  }
}

async function ownerOf(
  reader: Reader,
  record: TokenRecord,
): Promise<Pick<GoodToken, 'user' | 'userDomain'> | null> {
  try {
    const user = await users.get(reader, record.userId)
    const userDomain = await domains.get(reader, user.domainId)
    return user.enabled && userDomain.enabled ? { user, userDomain } : null
  } catch (thrown) {
    if (isProblem(thrown, 'not-found')) return null
    throw thrown
  }
}

/** The roles a token has, with what they imply, narrowed to those of its application credential. */
async function rolesOf(
  reader: Reader,
  { userId, target }: TokenRecord,
  narrowedTo: readonly string[] | null,
): Promise<readonly RoleRecord[]> {
  if (target === null) return []
  const given = await held(reader, userId, target)
  if (given.length === 0) return []
  const rules = await roles.inferences(reader)
  // Roles of domains count for what they imply, and are no roles that a service knows.
  const known = await roles.list(reader, { name: null, domainId: null })
  const idsOf = (those: readonly RoleRecord[]): readonly string[] => those.map(({ id }) => id)
  const ids = withInferred(idsOf(given), rules)
  const has = known.filter(({ id }) => ids.has(id))
  if (narrowedTo === null) return has
  // A credential names roles that its owner had; it is worth those that the owner still has.
  const kept = has.filter(({ name }) => narrowedTo.includes(name))
  const worth = withInferred(idsOf(kept), rules)
  return has.filter(({ id }) => worth.has(id))
}
