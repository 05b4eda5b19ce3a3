/**
 * Quotas: how much of each resource a project may have.
 *
 * A limit is found in three places, the first that says something wins: the project's own, the default class's, the built-in
 * one. -1 means no limit. What servers use is counted in the transactions that change them, so that the sum is exact however
 * many requests run at once.
 */
import { problem } from '../lib/problem.ts'

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

/**
 * Refuses a growth that would exceed a limit. What does not grow is never refused: a project above its limit may shrink.
 * @throws `over-quota` naming every resource that is exceeded.
 */
export function admit(limits: Limits, used: Charge, growth: Charge): void {
  const exceeded = (['instances', 'cores', 'ram'] as const).filter(
    (name) => growth[name] > 0 && limits[name] >= 0 && used[name] + growth[name] > limits[name],
  )
  if (exceeded.length === 0) return
  const each = (values: Readonly<Record<string, number>>): string =>
    exceeded.map((name) => values[name]).join(', ')
  const names = exceeded.join(', ')
  throw problem(
    'over-quota',
    `Quota exceeded for ${names}: Requested ${each(growth)}, but already used ${each(used)} of ${each(limits)} ${names}`,
    { exceeded },
  )
}
