/**
 * Quotas: how much of each resource a project may have, and each of its users.
 *
 * A limit is found in three places, the first that says something wins: the project's own, the default class's, the built-in
 * one. A user of whom nothing else is said may have as much as the project. -1 means no limit. What servers use is counted in the
 * transactions that change them, so that the sums are exact however many requests run at once.
 */
import { problem } from '../lib/problem.ts'
import type { ProjectId, UserId } from './ids.ts'

export const quotaResources = [
  'instances',
  'cores',
  'ram',
  'metadata_items',
  'key_pairs',
  'server_groups',
  'server_group_members',
  'injected_files',
  'injected_file_content_bytes',
  'injected_file_path_bytes',
  // What the network service counts now. These are kept for those who set them, and limit nothing.
  'fixed_ips',
  'floating_ips',
  'security_groups',
  'security_group_rules',
] as const

export type QuotaResource = (typeof quotaResources)[number]
export type Limits = Readonly<Record<QuotaResource, number>>

export const builtInLimits: Limits = {
  instances: 10,
  cores: 20,
  ram: 51_200,
  metadata_items: 128,
  key_pairs: 100,
  server_groups: 10,
  server_group_members: 10,
  injected_files: 5,
  injected_file_content_bytes: 10_240,
  injected_file_path_bytes: 255,
  fixed_ips: -1,
  floating_ips: -1,
  security_groups: -1,
  security_group_rules: -1,
}

export function isQuotaResource(name: string): name is QuotaResource {
  return Object.hasOwn(builtInLimits, name)
}

/** Whom something is charged to: the project, and within it the user who made it. */
export type Owner = { readonly projectId: ProjectId; readonly userId: UserId }

/** What the network service counts belongs to projects alone: it cannot be limited for one of their users. */
export function isPerUser(resource: QuotaResource): boolean {
  return resource !== 'fixed_ips' && resource !== 'floating_ips'
}

/** The smaller of two limits, of which each may be none. */
export function narrower(one: number, other: number): number {
  if (one < 0) return other
  return other < 0 ? one : Math.min(one, other)
}

/**
 * Between what a limit can be set: a project's not below what it has given to its users by limits of their own, a user's not above
 * what it has left for them. `within` is the project's limit where the limit is a user's, and `given` what others have.
 */
export function settableLimit(of: {
  readonly used: number
  readonly given: readonly number[]
  readonly within: number | null
}): { readonly least: number; readonly most: number } {
  const given = of.given.reduce((sum, limit) => sum + Math.max(0, limit), 0)
  if (of.within === null) return { least: Math.max(of.used, given), most: Infinity }
  return { least: of.used, most: of.within < 0 ? Infinity : Math.max(0, of.within - given) }
}

/** What servers are charged for. */
export type Charge = {
  readonly instances: number
  readonly cores: number
  readonly ram: number
}

/** One server of a size, times so many. */
export function chargeOf(
  flavor: { readonly vcpus: number; readonly memoryMb: number },
  count = 1,
): Charge {
  return { instances: count, cores: flavor.vcpus * count, ram: flavor.memoryMb * count }
}

export function minus(charge: Charge): Charge {
  return { instances: -charge.instances, cores: -charge.cores, ram: -charge.ram }
}

/** What somebody may have, and what they have of it. */
export type Share = { readonly limits: Limits; readonly used: Charge }

/**
 * Refuses a growth that would exceed a limit, the project's or that of one of its users. What does not grow is never refused: who
 * is above a limit may shrink.
 * @throws `over-quota` naming every resource that is exceeded, with what the first of them has who exceeds it.
 */
export function admit(shares: readonly Share[], growth: Charge): void {
  const exceeded = (['instances', 'cores', 'ram'] as const).flatMap((name) => {
    if (growth[name] <= 0) return []
    const share = shares.find(
      ({ limits, used }) => limits[name] >= 0 && used[name] + growth[name] > limits[name],
    )
    if (share === undefined) return []
    return [{ name, asked: growth[name], used: share.used[name], limit: share.limits[name] }]
  })
  if (exceeded.length === 0) return
  const each = (key: 'name' | 'asked' | 'used' | 'limit'): string =>
    exceeded.map((one) => one[key]).join(', ')
  const names = each('name')
  throw problem(
    'over-quota',
    `Quota exceeded for ${names}: Requested ${each('asked')}, but already used ${each('used')} of ${each('limit')} ${names}`,
    { exceeded: exceeded.map(({ name }) => name) },
  )
}
