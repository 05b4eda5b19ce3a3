/** Domains, as an admin manages them. */
import type { Domain } from '../../domain/accounts.ts'
import {
  keeping,
  refuseChangeOfImmutable,
  refuseEndOfImmutable,
} from '../../domain/account-options.ts'
import type { Identity } from '../../domain/identity.ts'
import { problem } from '../../lib/problem.ts'
import * as domains from '../../store/identity/domains.ts'
import * as groups from '../../store/identity/groups.ts'
import * as projects from '../../store/identity/projects.ts'
import * as roles from '../../store/identity/roles.ts'
import * as users from '../../store/identity/users.ts'
import { changing } from './changing.ts'
import type { IdentityContext } from './context.ts'
import { authorize } from './policy.ts'
import { hexId } from './seed.ts'

export type DomainChange = Partial<Omit<Domain, 'id'>>

export async function getDomain(ctx: IdentityContext, who: Identity, id: string): Promise<Domain> {
  authorize(who, 'get_domain', { domainId: id })
  return await ctx.store.read(async (reader) => await domains.get(reader, id))
}

export async function listDomains(
  ctx: IdentityContext,
  who: Identity,
  filter: Parameters<typeof domains.list>[1],
): Promise<readonly Domain[]> {
  authorize(who, 'list_domains')
  return await ctx.store.read(async (reader) => await domains.list(reader, filter))
}

/** The domains that a user can log in to. */
export async function listDomainsOfUser(
  ctx: IdentityContext,
  who: Identity,
): Promise<readonly Domain[]> {
  return await ctx.store.read(async (reader) => await domains.ofUser(reader, who.userId))
}

export async function createDomain(
  ctx: IdentityContext,
  who: Identity,
  wanted: Omit<Domain, 'id'>,
): Promise<Domain> {
  authorize(who, 'create_domain')
  const domain = { ...wanted, id: hexId(ctx.ids) }
  await changing(ctx, 'domain', async (tx) => await domains.add(tx, domain, ctx.clock.now()))
  return domain
}

export async function updateDomain(
  ctx: IdentityContext,
  who: Identity,
  id: string,
  change: DomainChange,
): Promise<Domain> {
  authorize(who, 'update_domain', { domainId: id })
  return await changing(ctx, 'domain', async (tx) => {
    const known = await domains.get(tx, id)
    refuseChangeOfImmutable('domain', id, known, change)
    const domain = { ...known, ...change, ...keeping(known, change) }
    const namesake = await domains.find(tx, { name: domain.name })
    if (namesake !== null && namesake.id !== id) throw taken('domain', domain.name)
    await domains.save(tx, domain)
    return domain
  })
}

/** Deletes a domain that was disabled first, with everything in it. */
export async function deleteDomain(ctx: IdentityContext, who: Identity, id: string): Promise<void> {
  authorize(who, 'delete_domain', { domainId: id })
  await changing(ctx, 'domain', async (tx) => {
    const domain = await domains.get(tx, id)
    refuseEndOfImmutable('domain', id, domain)
    if (domain.enabled) {
      throw problem('forbidden', 'Cannot delete a domain that is enabled, please disable it first.')
    }
    const inside = { name: null, domainId: id, enabled: null }
    for (const user of await users.list(tx, inside)) await users.remove(tx, user.id)
    for (const group of await groups.list(tx, { ...inside, userId: null })) {
      await groups.remove(tx, group.id)
    }
    for (const project of await projects.list(tx, { ...inside, parentId: null })) {
      await projects.remove(tx, project.id)
    }
    for (const role of await roles.list(tx, { name: null, domainId: id })) {
      await roles.remove(tx, role.id)
    }
    await domains.remove(tx, id)
  })
}

export function taken(what: string, name: string): Error {
  return problem(
    'conflict',
    `Conflict occurred attempting to store ${what} - a ${what} of that name exists.`,
    {
      what,
      name,
    },
  )
}
