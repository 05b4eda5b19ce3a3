/** Which hosts are done with summing up the usage of a period. */
import { auditUsage } from '../../../app/usage-audit.ts'
import type { UsageAudit } from '../../../app/usage-audit.ts'
import type { Instant } from '../../../lib/clock.ts'
import { problem } from '../../../lib/problem.ts'
import type { Wire } from '../change.ts'
import { ok } from '../replies.ts'
import { route } from '../route.ts'
import type { Route } from '../route.ts'
import { noQuery } from '../schemas/queries.ts'

export const usageAuditRoutes: readonly Route[] = [
  route({
    name: 'audit.list',
    method: 'GET',
    path: '/os-instance_usage_audit_log',
    policy: 'os-instance-usage-audit-log:list',
    query: noQuery,
    handler: async ({ ctx, who }) =>
      ok({ instance_usage_audit_logs: viewOf(await auditUsage(ctx, who, null)) }),
  }),
  route({
    name: 'audit.show',
    method: 'GET',
    path: '/os-instance_usage_audit_log/{id}',
    policy: 'os-instance-usage-audit-log:show',
    query: noQuery,
    handler: async ({ ctx, who, params: { id = '' } }) =>
      ok({ instance_usage_audit_log: viewOf(await auditUsage(ctx, who, momentOf(id))) }),
  }),
]

function viewOf({ period, hosts }: UsageAudit): Wire {
  return {
    period_beginning: spelled(period.start),
    period_ending: spelled(period.end),
    num_hosts: hosts.length,
    num_hosts_done: hosts.length,
    num_hosts_running: 0,
    num_hosts_not_run: 0,
    hosts_not_run: [],
    total_instances: hosts.reduce((sum, { servers }) => sum + servers, 0),
    total_errors: 0,
    overall_status: 'ALL hosts done. 0 errors.',
    log: Object.fromEntries(
      hosts.map(({ name, servers }) => [
        name,
        {
          state: 'DONE',
          instances: servers,
          errors: 0,
          message: `${servers} servers of ${name} are in the usage of this period`,
        },
      ]),
    ),
  }
}

/** @throws `invalid` for what is not written as times are here, or is no day of the calendar. */
function momentOf(text: string): Instant {
  const [, day = '', time = '', fraction = ''] =
    /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})(\.\d{1,6})?$/.exec(text) ?? []
  const at = Date.parse(`${day}T${time}${fraction.slice(0, 4)}Z`)
  // A day that there is not is taken for one of the next month.
  const isReal = !Number.isNaN(at) && new Date(at).toISOString().startsWith(day)
  if (isReal) return at
  throw problem('invalid', `Invalid timestamp for date ${text}`)
}

function spelled(at: Instant): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ')
}
