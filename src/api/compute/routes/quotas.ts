/** Limits, quotas of projects and of the class of all, usage. */
import * as quotas from '../../../app/quotas.ts'
import type { QuotaOwner } from '../../../app/quotas.ts'
import { pageMax } from '../../../app/page.ts'
import * as usage from '../../../app/usage.ts'
import type { ProjectUsage, UsageQuery } from '../../../app/usage.ts'
import { isQuotaResource } from '../../../domain/quota.ts'
import type { Limits } from '../../../domain/quota.ts'
import { problem } from '../../../lib/problem.ts'
import { pageWish } from '../pages.ts'
import { accepted, ok } from '../replies.ts'
import { route } from '../route.ts'
import type { Api, Query, Route } from '../route.ts'
import { instantOf } from '../schemas/formats.ts'
import { usageQuery, usagesQuery } from '../schemas/paged.ts'
import { anyQuery, noQuery } from '../schemas/queries.ts'
import * as schemas from '../schemas/quotas.ts'
import { usageOf } from '../views/usage.ts'

export const quotaRoutes: readonly Route[] = [
  route({
    name: 'limits.show',
    method: 'GET',
    path: '/limits',
    policy: 'limits',
    query: schemas.limitsQuery,
    handler: async ({ ctx, who, query, api }) => {
      const found = await quotas.showLimits(ctx, who, query.one('tenant_id') ?? null)
      return ok({ limits: api.show('limits', found) })
    },
  }),
  route({
    name: 'quotas.show',
    method: 'GET',
    path: '/os-quota-sets/{id}',
    policyWithin: 'os-quota-sets:show',
    query: schemas.quotaQuery,
    handler: async ({ ctx, who, params: { id = '' }, query, api }) => {
      const values = await quotas.showQuota(ctx, who, ownerOf(id, query))
      return ok({ quota_set: api.show('quotaSet', { id, values }) })
    },
  }),
  route({
    name: 'quotas.detail',
    method: 'GET',
    path: '/os-quota-sets/{id}/detail',
    policyWithin: 'os-quota-sets:detail',
    query: schemas.quotaQuery,
    handler: async ({ ctx, who, params: { id = '' }, query, api }) => {
      const values = await quotas.showQuotaUse(ctx, who, ownerOf(id, query))
      return ok({ quota_set: api.show('quotaDetail', { id, values }) })
    },
  }),
  route({
    name: 'quotas.defaults',
    method: 'GET',
    path: '/os-quota-sets/{id}/defaults',
    policy: 'os-quota-sets:defaults',
    query: anyQuery,
    handler: async ({ ctx, who, params: { id = '' }, api }) => {
      const values = await quotas.showDefaultQuota(ctx, who, id)
      return ok({ quota_set: api.show('quotaSet', { id, values }) })
    },
  }),
  route({
    name: 'quotas.update',
    method: 'PUT',
    path: '/os-quota-sets/{id}',
    policy: 'os-quota-sets:update',
    query: schemas.quotaQuery,
    request: schemas.updateQuota,
    handler: async ({ ctx, who, params: { id = '' }, query, body, api }) => {
      const { force = false, ...limits } = body.quota_set
      const wish = { limits: limitsOf(limits), force }
      const values = await quotas.updateQuota(ctx, who, ownerOf(id, query), wish)
      return ok({ quota_set: api.show('quotaUpdated', { id, values }) })
    },
  }),
  route({
    name: 'quotas.delete',
    method: 'DELETE',
    path: '/os-quota-sets/{id}',
    policy: 'os-quota-sets:delete',
    query: schemas.quotaQuery,
    handler: async ({ ctx, who, params: { id = '' }, query }) => {
      await quotas.resetQuota(ctx, who, ownerOf(id, query))
      return accepted()
    },
  }),
  route({
    name: 'quotaClasses.show',
    method: 'GET',
    path: '/os-quota-class-sets/{id}',
    policy: 'os-quota-class-sets:show',
    query: noQuery,
    handler: async ({ ctx, who, params: { id = '' }, api }) => {
      const values = await quotas.showQuotaClass(ctx, who, id)
      return ok({ quota_class_set: api.show('quotaClass', { id, values }) })
    },
  }),
  route({
    name: 'quotaClasses.update',
    method: 'PUT',
    path: '/os-quota-class-sets/{id}',
    policy: 'os-quota-class-sets:update',
    request: schemas.updateQuotaClass,
    handler: async ({ ctx, who, params: { id = '' }, body, api }) => {
      const values = await quotas.updateQuotaClass(ctx, who, id, limitsOf(body.quota_class_set))
      const { id: _, ...shown } = api.show('quotaClass', { id, values })
      return ok({ quota_class_set: shown })
    },
  }),
  route({
    name: 'usage.list',
    method: 'GET',
    path: '/os-simple-tenant-usage',
    policy: 'os-simple-tenant-usage:list',
    query: usagesQuery,
    handler: async ({ ctx, who, query, api, links }) => {
      const page = await usage.listUsage(ctx, who, usageWish(query, api))
      const isDetailed = query.all('detailed')[0] === '1'
      const next = page.isFull && page.last !== null ? links.next({ marker: page.last }) : null
      return ok({
        tenant_usages: page.items.map((each: ProjectUsage) => usageOf(each, isDetailed)),
        ...(next !== null && api.has('usageComesInPages') ? { tenant_usages_links: next } : {}),
      })
    },
  }),
  route({
    name: 'usage.show',
    method: 'GET',
    path: '/os-simple-tenant-usage/{id}',
    policyWithin: 'os-simple-tenant-usage:show',
    query: usageQuery,
    handler: async ({ ctx, who, params: { id = '' }, query, api, links }) => {
      const page = await usage.showUsage(ctx, who, id, usageWish(query, api))
      const next = page.isFull && page.last !== null ? links.next({ marker: page.last }) : null
      return ok({
        tenant_usage: page.usage === null ? {} : usageOf(page.usage, true),
        ...(next !== null && api.has('usageComesInPages') ? { tenant_usage_links: next } : {}),
      })
    },
  }),
]

/** Of several users the first is meant, and one that is empty is none. */
function ownerOf(project: string, query: Query): QuotaOwner {
  return { project, user: query.all('user_id').find((each) => each !== '') ?? null }
}

/** The limits that count; what older versions name besides is counted elsewhere, and overlooked. */
function limitsOf(given: Readonly<Record<string, number | undefined>>): Partial<Limits> {
  const known = Object.entries(given).filter(
    ([name, limit]) => isQuotaResource(name) && limit !== undefined,
  )
  return Object.fromEntries(known)
}

function usageWish(query: Query, api: Api): UsageQuery {
  const page = api.has('usageComesInPages') ? pageWish(query) : { limit: pageMax, marker: null }
  return { ...page, start: timeOf(query, 'start'), end: timeOf(query, 'end') }
}

/** Of several the first counts, and one that is empty is none. */
function timeOf(query: Query, name: 'start' | 'end'): number | null {
  const text = query.all(name).find((each) => each !== '')
  if (text === undefined) return null
  const instant = plainTimeOf(text)
  if (instant === null) {
    throw problem('invalid', 'Invalid datetime string: Datetime is in invalid format')
  }
  return instant
}

/** A time in UTC that does not say so: to the second, or to a fraction of one; only with a fraction may a space stand for the T. */
function plainTimeOf(text: string): number | null {
  const isPlain = /^\d{4}(-\d\d){2}(T\d\d(:\d\d){2}(\.\d{1,6})?| \d\d(:\d\d){2}\.\d{1,6})$/.test(
    text,
  )
  return isPlain ? instantOf(`${text.replace(' ', 'T')}Z`) : null
}
