/**
 * Logging in: from a proof of who somebody is and where they want to act, to a token.
 *
 * Every way in which a proof can be wrong gets the same answer after the same work, so that nobody learns which users exist.
 */
import type {
  ApplicationCredential,
  AuthMethod,
  GoodToken,
  Target,
  Trust,
  User,
} from '../../domain/accounts.ts'
import { wholeSystem } from '../../domain/accounts.ts'
import { enoughFactors } from '../../domain/account-options.ts'
import type { Instant } from '../../lib/clock.ts'
import { problem } from '../../lib/problem.ts'
import type { Problem } from '../../lib/problem.ts'
import { secureToken } from '../../lib/random.ts'
import * as credentials from '../../store/identity/application-credentials.ts'
import * as domains from '../../store/identity/domains.ts'
import { projectsOf } from '../../store/identity/inheritance.ts'
import * as projects from '../../store/identity/projects.ts'
import * as tokens from '../../store/identity/tokens.ts'
import * as trusts from '../../store/identity/trusts.ts'
import * as users from '../../store/identity/users.ts'
import type { Reader } from '../../store/store.ts'
import { hashOf, knownToken } from './authenticate.ts'
import type { IdentityContext } from './context.ts'
import { goodToken } from './good-token.ts'

export type DomainRef = { readonly id: string } | { readonly name: string }
export type Named = { readonly id: string } | { readonly name: string; readonly domain: DomainRef }

export type Proof =
  | { readonly kind: 'password'; readonly user: Named; readonly password: string }
  | { readonly kind: 'token'; readonly text: string }
  | {
      readonly kind: 'application_credential'
      readonly credential: { readonly id: string } | { readonly name: string; readonly user: Named }
      readonly secret: string
    }

/** `usual` is the user's default project where there is one, else none. */
export type Scope =
  | { readonly kind: 'usual' | 'unscoped' | 'system' }
  | { readonly kind: 'project'; readonly project: Named }
  | { readonly kind: 'domain'; readonly domain: DomainRef }
  | { readonly kind: 'trust'; readonly id: string }

export type LoginRequest = {
  readonly proofs: readonly Proof[]
  readonly scope: Scope
  /** Where it came from, to slow down guessing from there. */
  readonly address: string
}

export type Login = { readonly text: string; readonly token: GoodToken }

/** Who was proven, and what limits the token that follows. */
type Proven = {
  readonly user: User
  readonly methods: readonly AuthMethod[]
  readonly credential: ApplicationCredential | null
  /** The token that this one continues: it ends no later, and shares its audit id. */
  readonly from: GoodToken | null
}

/** @throws `unauthenticated` for any wrong proof or scope; with `details.retryAfterMs` after too many of them. */
export async function login(ctx: IdentityContext, request: LoginRequest): Promise<Login> {
  const proven = await prove(ctx, request)
  const text = secureToken()
  const token = await ctx.store.transaction(async (tx) => {
    const now = ctx.clock.now()
    const trust = await trustOf(tx, proven, request.scope, now)
    const target = await targetOf(tx, proven, request.scope, trust)
    const record = {
      hash: hashOf(text),
      // Under the name of the trustor, where the trust says so.
      userId: trust?.impersonation === true ? trust.trustorId : proven.user.id,
      target,
      methods: proven.methods,
      auditIds: [secureToken(16), ...(proven.from?.auditIds.slice(-1) ?? [])],
      applicationCredentialId: proven.credential?.id ?? null,
      trustId: trust?.id ?? null,
      issuedAt: now,
      expiresAt: Math.min(endOf(ctx, proven, now), trust?.expiresAt ?? Infinity),
    }
    const good = await goodToken(tx, record, now)
    // A scope on which the user has no role is as unknown as one that does not exist.
    if (good === null) throw wrong()
    if (trust !== null && !(await trusts.use(tx, trust))) throw wrong()
    await tokens.add(tx, record)
    return good
  })
  return { text, token }
}

async function prove(ctx: IdentityContext, { proofs, address }: LoginRequest): Promise<Proven> {
  let proven: Proven | null = null
  for (const proof of proofs) {
    const next = await guarded(ctx, proof, address)
    if (proven !== null && proven.user.id !== next.user.id) throw wrong()
    proven = next
  }
  if (proven === null) throw wrong()
  const methods = [...new Set([...proofs.map((proof) => proof.kind), ...proven.methods])]
  if (!enoughFactors(proven.user, methods)) throw wrong()
  return { ...proven, methods }
}

async function guarded(ctx: IdentityContext, proof: Proof, address: string): Promise<Proven> {
  if (proof.kind === 'token') return await proveByToken(ctx, proof)
  const what = JSON.stringify([address, proof.kind === 'password' ? proof.user : proof.credential])
  const retryAfterMs = ctx.guesses.refusedFor(what)
  if (retryAfterMs > 0) {
    throw problem('unauthenticated', 'Too many failed attempts. Try again later.', { retryAfterMs })
  }
  const proven =
    proof.kind === 'password'
      ? await proveByPassword(ctx, proof)
      : await proveByCredential(ctx, proof)
  if (proven === null) {
    ctx.guesses.failed(what)
    throw wrong()
  }
  ctx.guesses.succeeded(what)
  return proven
}

async function proveByPassword(
  ctx: IdentityContext,
  { user, password }: Proof & { kind: 'password' },
): Promise<Proven | null> {
  const found = await ctx.store.read(async (reader) => await findUser(reader, user))
  const right = await ctx.passwords.matches(password, found?.password ?? null)
  if (!right || found === null || !found.user.enabled) return null
  return { user: found.user, methods: ['password'], credential: null, from: null }
}

async function proveByCredential(
  ctx: IdentityContext,
  proof: Proof & { kind: 'application_credential' },
): Promise<Proven | null> {
  const found = await ctx.store.read(async (reader) => {
    const by = proof.credential
    if ('id' in by) return await credentials.find(reader, by)
    const owner = await findUser(reader, by.user)
    return owner === null
      ? null
      : await credentials.find(reader, { userId: owner.user.id, name: by.name })
  })
  const right = await ctx.passwords.matches(proof.secret, found?.secret ?? null)
  if (!right || found === null) return null
  const user = await ctx.store.read(
    async (reader) => await users.get(reader, found.credential.userId),
  )
  return {
    user,
    methods: ['application_credential'],
    credential: found.credential,
    from: null,
  }
}

async function proveByToken(
  ctx: IdentityContext,
  { text }: Proof & { kind: 'token' },
): Promise<Proven> {
  const known = await knownToken(ctx, text)
  // What a trust lets somebody do cannot be exchanged for anything else.
  if (known === null || known.token.trustId !== null) throw wrong()
  const { user, methods, applicationCredential, ...rest } = known.token
  return {
    user,
    methods,
    credential: applicationCredential,
    from: { ...rest, user, methods, applicationCredential },
  }
}

async function findUser(reader: Reader, named: Named): ReturnType<typeof users.findForLogin> {
  if ('id' in named) return await users.findForLogin(reader, named)
  const domain = await domains.find(reader, named.domain)
  return domain === null
    ? null
    : await users.findForLogin(reader, { domainId: domain.id, name: named.name })
}

/** The trust that is asked for. @throws `unauthenticated` when it is not there, or for somebody else, or asked for by a program. */
async function trustOf(
  reader: Reader,
  { user, credential }: Proven,
  scope: Scope,
  now: Instant,
): Promise<Trust | null> {
  if (scope.kind !== 'trust') return null
  const trust = await trusts.find(reader, scope.id, now)
  if (trust === null || trust.trusteeId !== user.id || credential !== null) throw wrong()
  return trust
}

/** @throws `unauthenticated` when there is nothing of that name, or the proof does not reach there. */
async function targetOf(
  reader: Reader,
  proven: Proven,
  scope: Scope,
  trust: Trust | null,
): Promise<Target | null> {
  if (trust !== null) return { kind: 'project', id: trust.projectId }
  const asked = await askedTarget(reader, proven, scope)
  if (proven.credential === null) return asked
  // An application credential is for its project and nothing else.
  const own: Target = { kind: 'project', id: proven.credential.projectId }
  if (scope.kind !== 'usual' && (asked?.kind !== 'project' || asked.id !== own.id)) throw wrong()
  return own
}

async function askedTarget(reader: Reader, proven: Proven, scope: Scope): Promise<Target | null> {
  switch (scope.kind) {
    case 'unscoped':
    case 'trust':
      return null
    case 'system':
      return wholeSystem
    case 'usual':
      return await usualTarget(reader, proven)
    case 'domain': {
      const domain = await domains.find(reader, scope.domain)
      if (domain === null) throw wrong()
      return { kind: 'domain', id: domain.id }
    }
    case 'project': {
      const project = await findProject(reader, scope.project)
      if (project === null) throw wrong()
      return { kind: 'project', id: project }
    }
  }
}

/** The default project, if the user has a role there; a token that continues another stays unscoped. */
async function usualTarget(reader: Reader, { user, from }: Proven): Promise<Target | null> {
  if (from !== null || user.defaultProjectId === null) return null
  const reachable = await projectsOf(reader, user.id)
  const usual = reachable.find(({ id, enabled }) => id === user.defaultProjectId && enabled)
  return usual === undefined ? null : { kind: 'project', id: usual.id }
}

async function findProject(reader: Reader, named: Named): Promise<string | null> {
  if ('id' in named) return named.id
  const domain = await domains.find(reader, named.domain)
  const project = domain === null ? null : await projects.named(reader, domain.id, named.name)
  return project?.id ?? null
}

function endOf(ctx: IdentityContext, { credential, from }: Proven, now: Instant): Instant {
  return Math.min(
    now + ctx.tokenLifetimeMs,
    credential?.expiresAt ?? Infinity,
    from?.expiresAt ?? Infinity,
  )
}

function wrong(): Problem {
  return problem('unauthenticated', 'The request you have made requires authentication.')
}
