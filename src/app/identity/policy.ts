/** Who may do what in Identity: OpenStack's defaults as a table. */
import type { Identity } from '../../domain/identity.ts'
import { isAdmin } from '../../domain/identity.ts'
import { problem } from '../../lib/problem.ts'

/** What a request is about, as far as a rule looks at it. */
export type Subject = {
  readonly userId?: string
  readonly projectId?: string
  readonly domainId?: string | null
}

type Rule = (who: Identity, subject: Subject) => boolean

const admins: Rule = isAdmin
/** Admins, and readers of the whole system. */
const auditors: Rule = (who) => isAdmin(who) || (who.systemScoped && who.roles.has('reader'))
const auditorsOrSelf: Rule = (who, subject) =>
  auditors(who, subject) || who.userId === subject.userId
const auditorsOrInside: Rule = (who, subject) =>
  auditors(who, subject) || (who.projectId !== null && who.projectId === subject.projectId)
const adminsOrSelf: Rule = (who, subject) => isAdmin(who) || who.userId === subject.userId
const self: Rule = (who, subject) => who.userId === subject.userId
const anybody: Rule = () => true
/** Services check the tokens of those who ask them. */
const checkers: Rule = (who, subject) => auditorsOrSelf(who, subject) || who.roles.has('service')

const rules = {
  get_domain: anybody,
  list_domains: auditors,
  create_domain: admins,
  update_domain: admins,
  delete_domain: admins,
  get_project: auditorsOrInside,
  list_projects: auditors,
  list_user_projects: auditorsOrSelf,
  create_project: admins,
  update_project: admins,
  delete_project: admins,
  get_user: auditorsOrSelf,
  list_users: auditors,
  create_user: admins,
  update_user: admins,
  delete_user: admins,
  get_group: auditors,
  list_groups: auditors,
  list_groups_for_user: auditorsOrSelf,
  create_group: admins,
  update_group: admins,
  delete_group: admins,
  list_users_in_group: auditors,
  check_user_in_group: auditors,
  add_user_to_group: admins,
  remove_user_from_group: admins,
  get_role: auditors,
  list_roles: auditors,
  create_role: admins,
  update_role: admins,
  delete_role: admins,
  list_role_inference_rules: auditors,
  list_implied_roles: auditors,
  create_implied_role: admins,
  delete_implied_role: admins,
  list_grants: auditors,
  create_grant: admins,
  revoke_grant: admins,
  list_role_assignments: auditors,
  list_role_assignments_for_tree: auditors,
  list_services: auditors,
  create_service: admins,
  update_service: admins,
  delete_service: admins,
  list_endpoints: auditors,
  create_endpoint: admins,
  update_endpoint: admins,
  delete_endpoint: admins,
  list_regions: anybody,
  create_region: admins,
  update_region: admins,
  delete_region: admins,
  validate_token: checkers,
  revoke_token: adminsOrSelf,
  list_trusts: auditors,
  list_trusts_of_user: auditorsOrSelf,
  get_trust: auditorsOrSelf,
  create_trust: self,
  delete_trust: adminsOrSelf,
  get_access_rule: auditorsOrSelf,
  list_access_rules: auditorsOrSelf,
  delete_access_rule: adminsOrSelf,
  get_application_credential: auditorsOrSelf,
  list_application_credentials: auditorsOrSelf,
  create_application_credential: self,
  delete_application_credential: adminsOrSelf,
} satisfies Record<string, Rule>

export type IdentityRule = keyof typeof rules

/** @throws `forbidden` */
export function authorize(who: Identity, rule: IdentityRule, subject: Subject = {}): void {
  if (allows(who, rule, subject)) return
  throw problem(
    'forbidden',
    `You are not authorized to perform the requested action: identity:${rule}.`,
    { rule },
  )
}

export function allows(who: Identity, rule: IdentityRule, subject: Subject = {}): boolean {
  return rules[rule](who, subject)
}
