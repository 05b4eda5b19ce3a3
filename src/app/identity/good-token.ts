/**
 * What a token stands for now.
 *
 * A token records who and where, never what may be done: user, project and roles are looked up each time, so that a token is
 * worth nothing as soon as its user is disabled or has lost the last role there.
 */
import type { GoodToken, RoleRecord, Target, TokenRecord, Trust } from '../../domain/accounts.ts'
import type { UserId } from '../../domain/ids.ts'
import { withInferred } from '../../domain/role-inferences.ts'
import type { Instant } from '../../lib/clock.ts'
import { isProblem } from '../../lib/problem.ts'
import * as credentials from '../../store/identity/application-credentials.ts'
import * as domains from '../../store/identity/domains.ts'
import { held } from '../../store/identity/inheritance.ts'
import * as projects from '../../store/identity/projects.ts'
import * as roles from '../../store/identity/roles.ts'
import * as trusts from '../../store/identity/trusts.ts'
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
  const trust = record.trustId === null ? null : await goodTrust(reader, record.trustId, now)
  if (record.trustId !== null && trust === null) return null
  const given = await rolesOf(reader, record, credential?.credential.roles ?? null, trust)
  if (target !== null && given.length === 0) return null
  return {
    ...record,
    ...owner,
    project,
    projectDomain,
    domain,
    applicationCredential: credential?.credential ?? null,
    trust,
    roles: given,
  }
}

async function ownerOf(
  reader: Reader,
  { userId }: Pick<TokenRecord, 'userId'>,
): Promise<Pick<GoodToken, 'user' | 'userDomain'> | null> {
  try {
    const user = await users.get(reader, userId)
    const userDomain = await domains.get(reader, user.domainId)
    return user.enabled && userDomain.enabled ? { user, userDomain } : null
  } catch (thrown) {
    if (isProblem(thrown, 'not-found')) return null
    throw thrown
  }
}

/** The trust, as long as both who are a part of it may log in. */
async function goodTrust(reader: Reader, id: string, now: Instant): Promise<Trust | null> {
  const trust = await trusts.find(reader, id, now)
  if (trust === null) return null
  const trustor = await ownerOf(reader, { userId: trust.trustorId })
  const trustee = await ownerOf(reader, { userId: trust.trusteeId })
  return trustor === null || trustee === null ? null : trust
}

/** The roles a token has, with what they imply, narrowed to those of its application credential or its trust. */
async function rolesOf(
  reader: Reader,
  { userId, target }: TokenRecord,
  narrowedTo: readonly string[] | null,
  trust: Trust | null,
): Promise<readonly RoleRecord[]> {
  if (target === null) return []
  // What comes from a trust is what the trustor has, whoever acts.
  const has = await rolesAt(reader, trust?.trustorId ?? userId, target)
  if (narrowedTo === null && trust === null) return has
  // A credential names roles that its owner had, and a trust those of the trustor: both are worth those that they still have.
  const kept = has.filter(
    ({ id, name }) => (narrowedTo?.includes(name) ?? true) && (trust?.roles.includes(id) ?? true),
  )
  const worth = withInferred(
    kept.map(({ id }) => id),
    await roles.inferences(reader),
  )
  return has.filter(({ id }) => worth.has(id))
}

/** The roles that a user has there, with what they imply. Those of domains count for what they imply and for nothing else. */
export async function rolesAt(
  reader: Reader,
  userId: UserId,
  target: Target,
): Promise<readonly RoleRecord[]> {
  const given = await held(reader, userId, target)
  if (given.length === 0) return []
  const ids = withInferred(
    given.map(({ id }) => id),
    await roles.inferences(reader),
  )
  const known = await roles.list(reader, { name: null, domainId: null })
  return known.filter(({ id }) => ids.has(id))
}
