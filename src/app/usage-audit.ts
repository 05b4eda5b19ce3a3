/**
 * The summary of usage by host over a period that is over.
 *
 * Elsewhere every host runs an audit at the end of each period, and this tells which of them have. Here usage is known at any
 * time from the records, so every host is done with every period that is over.
 */
import type { Identity } from '../domain/identity.ts'
import { lastPeriodBefore } from '../domain/audit-period.ts'
import type { Period } from '../domain/audit-period.ts'
import type { Instant } from '../lib/clock.ts'
import * as hosts from '../store/compute/hosts.ts'
import { serversByHost } from '../store/compute/usage-list.ts'
import { authorize } from './authorize.ts'
import type { Context } from './context.ts'

export type UsageAudit = {
  readonly period: Period
  /** How many servers each host had within the period. */
  readonly hosts: readonly { readonly name: string; readonly servers: number }[]
}

/** Of the last period that was over at that moment; now when it is null. */
export async function auditUsage(
  ctx: Context,
  who: Identity,
  before: Instant | null,
): Promise<UsageAudit> {
  const rule = before === null ? 'list' : 'show'
  authorize(who, `os-instance-usage-audit-log:${rule}`)
  const period = lastPeriodBefore(before ?? ctx.clock.now())
  return await ctx.store.read(async (reader) => {
    const counts = await serversByHost(reader, period)
    const all = await hosts.list(reader)
    return { period, hosts: all.map(({ name }) => ({ name, servers: counts.get(name) ?? 0 })) }
  })
}
