/** The access rules of users: made with an application credential, kept for further ones, deleted when none has them. */
import type { AccessRule } from '../../domain/access-rules.ts'
import { isPattern, ruleMethods, rulesMax } from '../../domain/access-rules.ts'
import type { Identity } from '../../domain/identity.ts'
import { problem } from '../../lib/problem.ts'
import * as rules from '../../store/identity/access-rules.ts'
import * as credentials from '../../store/identity/application-credentials.ts'
import type { Tx } from '../../store/store.ts'
import { changing } from './changing.ts'
import type { IdentityContext } from './context.ts'
import { authorize } from './policy.ts'
import { hexId } from './seed.ts'

/** One that there is, or one to be made. */
export type WantedRule = { readonly id: string } | Omit<AccessRule, 'id'>

export async function listRules(
  ctx: IdentityContext,
  who: Identity,
  userId: string,
): Promise<readonly AccessRule[]> {
  authorize(who, 'list_access_rules', { userId })
  return await ctx.store.read(async (reader) => await rules.ofUser(reader, userId))
}

export async function getRule(
  ctx: IdentityContext,
  who: Identity,
  userId: string,
  id: string,
): Promise<AccessRule> {
  authorize(who, 'get_access_rule', { userId })
  const all = await ctx.store.read(async (reader) => await rules.ofUser(reader, userId))
  return theRule(all, id)
}

/** @throws `forbidden` while a credential has the rule. */
export async function deleteRule(
  ctx: IdentityContext,
  who: Identity,
  userId: string,
  id: string,
): Promise<void> {
  authorize(who, 'delete_access_rule', { userId })
  await changing(ctx, 'access-rule', async (tx) => {
    const rule = theRule(await rules.ofUser(tx, userId), id)
    const having = await credentials.ofUser(tx, userId, null)
    if (having.some(({ accessRules }) => accessRules?.some((each) => each.id === id))) {
      throw problem('forbidden', 'This access rule is in use by an application credential.')
    }
    await rules.remove(tx, rule.id)
  })
}

/** The rules for a credential, where the same one is never made twice for a user. */
export async function rulesFor(
  { ids }: IdentityContext,
  tx: Tx,
  userId: string,
  wanted: readonly WantedRule[],
): Promise<readonly AccessRule[]> {
  if (wanted.length > rulesMax) {
    throw problem('invalid', `An application credential has ${rulesMax} access rules at most.`)
  }
  const known = [...(await rules.ofUser(tx, userId))]
  const found: AccessRule[] = []
  const like = async (rule: Omit<AccessRule, 'id'>): Promise<AccessRule> => {
    const { service, method, path } = rule
    const same = known.find(
      (each) => each.service === service && each.method === method && each.path === path,
    )
    if (same !== undefined) return same
    const next = await made(tx, userId, { ...rule, id: hexId(ids) })
    known.push(next)
    return next
  }
  for (const each of wanted) {
    const rule = 'id' in each ? theRule(known, each.id) : await like(each)
    if (!found.includes(rule)) found.push(rule)
  }
  return found
}

async function made(tx: Tx, userId: string, rule: AccessRule): Promise<AccessRule> {
  if (!ruleMethods.includes(rule.method) || !isPattern(rule.path)) {
    throw problem('invalid', `This is no access rule: ${rule.method} ${rule.path}.`)
  }
  await rules.add(tx, userId, rule)
  return rule
}

function theRule(all: readonly AccessRule[], id: string): AccessRule {
  const found = all.find((each) => each.id === id)
  if (found === undefined) throw problem('not-found', `Could not find Access Rule: ${id}.`, { id })
  return found
}
