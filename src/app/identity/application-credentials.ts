/** Application credentials: a user gives a program a part of what the user may do, under a secret of its own. */
import type { ApplicationCredential, GoodToken } from '../../domain/accounts.ts'
import type { Identity } from '../../domain/identity.ts'
import type { Instant } from '../../lib/clock.ts'
import { problem } from '../../lib/problem.ts'
import { secureToken } from '../../lib/random.ts'
import * as credentials from '../../store/identity/application-credentials.ts'
import * as roles from '../../store/identity/roles.ts'
import { changing } from './changing.ts'
import { rulesFor } from './access-rules.ts'
import type { WantedRule } from './access-rules.ts'
import type { IdentityContext } from './context.ts'
import type { Known } from './token-cache.ts'
import { authorize } from './policy.ts'
import { hexId } from './seed.ts'

export type NewCredential = {
  readonly name: string
  readonly description: string | null
  /** Made up when null, and shown this once. */
  readonly secret: string | null
  /** By id or by name; null, or none as in Keystone, for all that the token has. */
  readonly roles: readonly ({ readonly id: string } | { readonly name: string })[] | null
  readonly unrestricted: boolean
  readonly expiresAt: Instant | null
  /** Null for none: then it may be used for whatever its roles allow. */
  readonly accessRules: readonly WantedRule[] | null
}

export async function listCredentials(
  ctx: IdentityContext,
  who: Identity,
  userId: string,
  name: string | null,
): Promise<readonly ApplicationCredential[]> {
  authorize(who, 'list_application_credentials', { userId })
  return await ctx.store.read(async (reader) => await credentials.ofUser(reader, userId, name))
}

export async function getCredential(
  ctx: IdentityContext,
  who: Identity,
  userId: string,
  id: string,
): Promise<ApplicationCredential> {
  authorize(who, 'get_application_credential', { userId })
  const found = await ctx.store.read(async (reader) => await credentials.find(reader, { id }))
  if (found === null || found.credential.userId !== userId) throw missing(id)
  return found.credential
}

/** Makes one for the project and from the roles of the token that asks. */
export async function createCredential(
  ctx: IdentityContext,
  { who, token }: Known,
  userId: string,
  wanted: NewCredential,
): Promise<{ readonly credential: ApplicationCredential; readonly secret: string }> {
  authorize(who, 'create_application_credential', { userId })
  refuseRestricted(token)
  const { project } = token
  if (project === null) {
    throw problem(
      'invalid',
      'An application credential can only be made with a project-scoped token.',
    )
  }
  if (wanted.expiresAt !== null && wanted.expiresAt <= ctx.clock.now()) {
    throw problem('invalid', 'The expiration time must be in the future.')
  }
  const secret = wanted.secret ?? secureToken(64)
  const stored = await ctx.passwords.hash(secret)
  const bare = {
    id: hexId(ctx.ids),
    userId: who.userId,
    projectId: project.id,
    name: wanted.name,
    description: wanted.description,
    roles: narrowed(token, wanted.roles),
    unrestricted: wanted.unrestricted,
    expiresAt: wanted.expiresAt,
  }
  return await ctx.store.transaction(async (tx) => {
    const { accessRules: asked } = wanted
    const accessRules = asked === null ? null : await rulesFor(ctx, tx, who.userId, asked)
    const credential = { ...bare, accessRules }
    await credentials.add(tx, credential, stored, ctx.clock.now())
    return { credential, secret }
  })
}

export async function deleteCredential(
  ctx: IdentityContext,
  { who, token }: Known,
  userId: string,
  id: string,
): Promise<void> {
  authorize(who, 'delete_application_credential', { userId })
  refuseRestricted(token)
  await changing(ctx, 'application-credential', async (tx) => {
    const found = await credentials.find(tx, { id })
    if (found === null || found.credential.userId !== userId) throw missing(id)
    await credentials.remove(tx, id)
  })
}

/** The records of the roles that a credential names. */
export async function rolesOfCredentials(
  ctx: IdentityContext,
): Promise<ReadonlyMap<string, { readonly id: string; readonly name: string }>> {
  const all = await ctx.store.read(
    async (reader) => await roles.list(reader, { name: null, domainId: null }),
  )
  return new Map(all.map((role) => [role.name, role]))
}

/** A program that was given a credential must not make itself another that outlives it. */
function refuseRestricted({ applicationCredential, trust }: GoodToken): void {
  if (trust !== null) {
    throw problem(
      'forbidden',
      'A token that comes from a trust may not manage application credentials.',
    )
  }
  if (applicationCredential === null) return
  // What is bound by rules could make itself another that is bound by none.
  const { unrestricted, accessRules } = applicationCredential
  if (unrestricted && accessRules === null) return
  throw problem(
    'forbidden',
    'This application credential may not manage application credentials: it is restricted.',
  )
}

/** What was asked for of what the token has; what is implied need not be named. */
function narrowed({ roles: held }: GoodToken, asked: NewCredential['roles']): readonly string[] {
  const names = held.map((role) => role.name)
  if (asked === null || asked.length === 0) return names
  return asked.map((each) => {
    const found = held.find((role) =>
      'id' in each ? role.id === each.id : role.name === each.name,
    )
    if (found === undefined) {
      throw problem('invalid', 'A role was named that the user does not have on this project.')
    }
    return found.name
  })
}

function missing(id: string): Error {
  return problem('not-found', `Could not find Application Credential: ${id}.`, { id })
}
