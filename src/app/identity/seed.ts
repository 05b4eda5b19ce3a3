/** What a new cloud starts with: a domain, three projects, two users, and the roles that OpenStack's policies speak of. */
import type { Passwords } from './passwords.ts'
import type { Target } from '../../domain/accounts.ts'
import { nothingKept, wholeSystem } from '../../domain/accounts.ts'
import type { ProjectId, UserId } from '../../domain/ids.ts'
import type { Instant } from '../../lib/clock.ts'
import type { Ids } from '../../lib/ids.ts'
import * as assignments from '../../store/identity/assignments.ts'
import * as domains from '../../store/identity/domains.ts'
import * as projects from '../../store/identity/projects.ts'
import * as roles from '../../store/identity/roles.ts'
import * as users from '../../store/identity/users.ts'
import type { Tx } from '../../store/store.ts'

export const defaultDomain = 'default'

const roleNames = ['admin', 'manager', 'member', 'reader', 'service']
/** What each role implies, as `withImplied` has it for those who ask without Identity. */
const usualInferences = [
  ['admin', 'manager'],
  ['manager', 'member'],
  ['member', 'reader'],
] as const
const projectNames = ['admin', 'demo', 'service']

/** Password hashes: made before the transaction, because scrypt takes its time and a transaction must not. */
export type SeedPasswords = { readonly admin: string; readonly demo: string }

export async function hashSeedPasswords(
  passwords: Passwords,
  plain: { readonly admin: string; readonly demo: string },
): Promise<SeedPasswords> {
  const [admin, demo] = await Promise.all([passwords.hash(plain.admin), passwords.hash(plain.demo)])
  return { admin, demo }
}

export type Seeded = {
  readonly projects: Readonly<Record<'admin' | 'demo' | 'service', ProjectId>>
  readonly users: Readonly<Record<'admin' | 'demo', UserId>>
}

/** Writes it, for an empty database. */
export async function seedIdentity(
  tx: Tx,
  {
    ids,
    at,
    passwords,
  }: { readonly ids: Ids; readonly at: Instant; readonly passwords: SeedPasswords },
): Promise<Seeded> {
  const description = 'The domain that everything belongs to'
  const first = { id: defaultDomain, name: 'Default', description, enabled: true, ...nothingKept }
  await domains.add(tx, first, at)
  const roleIds = new Map(roleNames.map((name) => [name, hexId(ids)]))
  for (const [name, id] of roleIds) {
    await roles.add(tx, { id, domainId: null, name, description: null, ...nothingKept }, at)
  }
  for (const [prior, implied] of usualInferences) {
    const rule = { prior: roleIds.get(prior) ?? '', implied: roleIds.get(implied) ?? '' }
    await roles.addInference(tx, rule)
  }
  const projectIds = projectNames.map((name) => [name, hexId(ids) as ProjectId] as const)
  for (const [name, id] of projectIds) {
    const placed = { domainId: defaultDomain, parentId: defaultDomain, ...nothingKept }
    await projects.add(tx, { id, name, ...placed, description: '', enabled: true, tags: [] }, at)
  }
  const projectOf = Object.fromEntries(projectIds) as Seeded['projects']
  const addUser = async (name: 'admin' | 'demo'): Promise<UserId> => {
    const id = hexId(ids) as UserId
    const user = { id, domainId: defaultDomain, name, email: null, description: null }
    const usual = { defaultProjectId: projectOf[name], enabled: true, ...nothingKept }
    await users.add(tx, { ...user, ...usual }, passwords[name], at)
    return id
  }
  const admin = await addUser('admin')
  const demo = await addUser('demo')
  const give = async (userId: UserId, role: string, target: Target): Promise<void> => {
    await assignments.assign(tx, {
      party: { kind: 'user', id: userId },
      roleId: roleIds.get(role) ?? '',
      target,
      inherited: false,
    })
  }
  for (const target of [
    { kind: 'project', id: projectOf.admin },
    { kind: 'domain', id: defaultDomain },
    wholeSystem,
  ] as const) {
    await give(admin, 'admin', target)
  }
  await give(demo, 'member', { kind: 'project', id: projectOf.demo })
  return { projects: projectOf, users: { admin, demo } }
}

/** Ids of accounts have no dashes, as in OpenStack. */
export function hexId(ids: Ids): string {
  return ids.uuid().replaceAll('-', '')
}
