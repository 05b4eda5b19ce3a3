/** What Identity keeps: domains, projects, users, roles, who has which role where, and what stands for a password. */
import type { Instant } from '../lib/clock.ts'
import type { JsonObject } from '../lib/json.ts'
import type { AccessRule } from './access-rules.ts'
import type { ProjectId, UserId } from './ids.ts'

/** What clients say of an account that means nothing to us, kept so that it can be told again. */
export type Extra = { readonly extra: JsonObject }

/** The same with the options that do mean something: `domain/account-options.ts` says which. */
export type Kept = Extra & { readonly options: JsonObject }

export const nothingKept: Kept = { extra: {}, options: {} }

export type Domain = Kept & {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly enabled: boolean
}

export type Project = Kept & {
  readonly id: ProjectId
  readonly domainId: string
  readonly name: string
  readonly description: string
  readonly enabled: boolean
  /** The project it is a part of; its domain where it is part of none. */
  readonly parentId: string
  readonly tags: readonly string[]
}

export type User = Kept & {
  readonly id: UserId
  readonly domainId: string
  readonly name: string
  readonly email: string | null
  readonly description: string | null
  readonly defaultProjectId: string | null
  readonly enabled: boolean
}

/** Users that have roles together. */
export type UserGroup = Extra & {
  readonly id: string
  readonly domainId: string
  readonly name: string
  readonly description: string
}

export type RoleRecord = Kept & {
  readonly id: string
  /**
   * The domain that the role belongs to; null for those that services know. A role of a domain is a name for the roles that it
   * implies: no token carries it, so nobody who makes one called `admin` becomes one.
   */
  readonly domainId: string | null
  readonly name: string
  readonly description: string | null
}

/** Where a role holds. The whole cloud is the target of kind `system`, whose id is `all`. */
export type Target = { readonly kind: 'project' | 'domain' | 'system'; readonly id: string }

export const wholeSystem: Target = { kind: 'system', id: 'all' }

/** Who can be given a role: a user, or everybody in a group. */
export type Party =
  | { readonly kind: 'user'; readonly id: UserId }
  | { readonly kind: 'group'; readonly id: string }

export type Assignment = {
  /** Whether it holds in all projects below the target in the place of the target. */
  readonly inherited: boolean
  readonly party: Party
  readonly roleId: string
  readonly target: Target
}

export type ApplicationCredential = {
  readonly id: string
  readonly userId: UserId
  readonly projectId: ProjectId
  readonly name: string
  readonly description: string | null
  /** Names of the roles that it stands for, at most those that its owner has. */
  readonly roles: readonly string[]
  /** Whether it may make and delete application credentials itself. */
  readonly unrestricted: boolean
  readonly expiresAt: Instant | null
  /** All that it may be used for; null for whatever its roles allow. */
  readonly accessRules: readonly AccessRule[] | null
}

/** A user lets another do a part of what the user may do on a project. */
export type Trust = {
  readonly id: string
  /** Who lets. */
  readonly trustorId: UserId
  /** Who is let. */
  readonly trusteeId: UserId
  readonly projectId: ProjectId
  /** Whether the trustee acts under the name of the trustor. */
  readonly impersonation: boolean
  /** Ids of the roles that it stands for, at most those that the trustor has. */
  readonly roles: readonly string[]
  readonly expiresAt: Instant | null
  /** How many tokens it is good for yet; null for any number. */
  readonly remainingUses: number | null
}

/** How somebody proved who they are. */
export type AuthMethod = 'password' | 'token' | 'application_credential'

/** What is stored of a token. Its text is known to its owner only; `hash` is what is compared. */
export type TokenRecord = {
  readonly hash: string
  readonly userId: UserId
  readonly target: Target | null
  readonly methods: readonly AuthMethod[]
  readonly auditIds: readonly string[]
  readonly applicationCredentialId: string | null
  /** The trust that the token comes from: it has the roles of that and ends with it. */
  readonly trustId: string | null
  readonly issuedAt: Instant
  readonly expiresAt: Instant
}

/** A token that is good now, with everything it stands for as it is now. */
export type GoodToken = TokenRecord & {
  readonly user: User
  readonly userDomain: Domain
  readonly project: Project | null
  readonly projectDomain: Domain | null
  readonly domain: Domain | null
  readonly applicationCredential: ApplicationCredential | null
  readonly trust: Trust | null
  /** With what they imply. Empty for an unscoped token. */
  readonly roles: readonly RoleRecord[]
}
