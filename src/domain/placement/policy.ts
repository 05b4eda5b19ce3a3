/**
 * Who may do what in Placement: OpenStack's default rules, in the form in which operators override them.
 *
 * The rules are texts because operators write them in a file. A token for a project is needed for everything; one for the whole
 * system, or for a domain, may do nothing here.
 */
import type { Identity } from '../identity.ts'
import type { Check } from './policy-check.ts'
import { parseCheck } from './policy-check.ts'

const adminOrService = 'rule:admin_or_service_api'

/** Rules that other rules refer to. */
const shared = {
  admin_api: 'role:admin',
  service_api: 'role:service',
  admin_or_service_api: 'role:admin or role:service',
  project_reader_api: 'role:reader and project_id:%(project_id)s',
  admin_or_project_reader_or_service_api: 'role:admin or rule:project_reader_api or role:service',
} as const

const rules = {
  'placement:allocation_candidates:list': adminOrService,
  'placement:allocations:delete': adminOrService,
  'placement:allocations:list': adminOrService,
  'placement:allocations:manage': adminOrService,
  'placement:allocations:update': adminOrService,
  'placement:reshaper:reshape': 'rule:service_api',
  'placement:resource_classes:create': adminOrService,
  'placement:resource_classes:delete': adminOrService,
  'placement:resource_classes:list': adminOrService,
  'placement:resource_classes:show': adminOrService,
  'placement:resource_classes:update': adminOrService,
  'placement:resource_providers:aggregates:list': adminOrService,
  'placement:resource_providers:aggregates:update': adminOrService,
  'placement:resource_providers:allocations:list': adminOrService,
  'placement:resource_providers:create': adminOrService,
  'placement:resource_providers:delete': adminOrService,
  'placement:resource_providers:inventories:create': adminOrService,
  'placement:resource_providers:inventories:delete': adminOrService,
  'placement:resource_providers:inventories:list': adminOrService,
  'placement:resource_providers:inventories:show': adminOrService,
  'placement:resource_providers:inventories:update': adminOrService,
  'placement:resource_providers:list': adminOrService,
  'placement:resource_providers:show': adminOrService,
  'placement:resource_providers:traits:delete': adminOrService,
  'placement:resource_providers:traits:list': adminOrService,
  'placement:resource_providers:traits:update': adminOrService,
  'placement:resource_providers:update': adminOrService,
  'placement:resource_providers:usages': adminOrService,
  'placement:traits:delete': adminOrService,
  'placement:traits:list': adminOrService,
  'placement:traits:show': adminOrService,
  'placement:traits:update': adminOrService,
  'placement:usages': 'rule:admin_or_project_reader_or_service_api',
} as const

export type PlacementRule = keyof typeof rules

/** What a rule may be about: of whose project the thing is. */
export type PlacementTarget = { readonly projectId: string | null; readonly userId: string | null }

export type PlacementPolicy = {
  /** Whether this caller may do this; to what is the caller's own, without a target. */
  allows(who: Identity, rule: PlacementRule, target?: PlacementTarget): boolean
}

export type PolicyOptions = {
  /** By name of the rule: texts that replace the defaults. */
  readonly overrides?: Readonly<Record<string, string>>
  /** Without the defaults of older releases, by which the admin may do what is for services only. */
  readonly newDefaultsOnly?: boolean
}

/** @throws `invalid` for a text that is no rule. */
export function openPolicy(options: PolicyOptions = {}): PlacementPolicy {
  const { overrides = {}, newDefaultsOnly = false } = options
  const checks = new Map<string, Check>()
  for (const [name, text] of Object.entries({ ...shared, ...rules })) {
    const byDefault = newDefaultsOnly ? text : `(${text}) or role:admin`
    checks.set(name, parseCheck(overrides[name] ?? byDefault))
  }
  for (const [name, text] of Object.entries(overrides)) {
    if (!checks.has(name)) checks.set(name, parseCheck(text))
  }
  return {
    allows: (who, rule, target) => {
      if (who.systemScoped || isForDomain(who)) return false
      const check = checks.get(rule)
      return check?.({ who, target: target ?? ownOf(who), rules: checks, depth: 0 }) ?? false
    },
  }
}

function ownOf(who: Identity): PlacementTarget {
  return { projectId: who.projectId, userId: who.userId }
}

/** A token without a scope brings no roles along. */
function isForDomain(who: Identity): boolean {
  return who.projectId === null && who.roles.size > 0
}
