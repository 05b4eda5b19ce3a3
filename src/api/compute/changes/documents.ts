/** Steps that several changes take, and the groups of documents that move together. */
import { each, having } from '../change.ts'
import type { StepBack, Wire } from '../change.ts'
import type { UsedLimits } from '../../../app/quotas.ts'
import type { QuotaResource } from '../../../domain/quota.ts'
import type { QuotaOf } from '../views.ts'

/** A server wherever it is shown in full. */
export function everyServer<S>(step: S) {
  return each(['server', 'serverDetail', 'serverUpdated', 'serverRebuilt'], step)
}

/** A server where it is shown alone. */
export function shownServer<S>(step: S) {
  return each(['server', 'serverUpdated', 'serverRebuilt'], step)
}

export function everyHypervisor<S>(step: S) {
  return each(['hypervisor', 'hypervisorBrief'], step)
}

/** Does it to the image of a server that has one. */
export function ofImage(step: StepBack<unknown>): StepBack<unknown> {
  return (document, full) => {
    const { image } = document
    if (isWire(image)) document['image'] = step({ ...image }, full)
    return document
  }
}

/** Does it to every event of an action. */
export function everyEvent(step: StepBack<unknown>): StepBack<unknown> {
  return (document, full) => {
    const { events } = document
    if (!Array.isArray(events)) return document
    return { ...document, events: events.filter(isWire).map((event) => step({ ...event }, full)) }
  }
}

/** More among the absolute limits. */
export function absolute(more: (full: UsedLimits) => Wire): StepBack<UsedLimits> {
  return (document, full) => {
    const { absolute: limits } = document
    return { ...document, absolute: { ...(isWire(limits) ? limits : {}), ...more(full) } }
  }
}

/** Resources that a quota showed. */
export function ofQuota(
  ...names: readonly QuotaResource[]
): StepBack<QuotaOf<Readonly<Record<QuotaResource, unknown>>>> {
  return having(({ values }) => Object.fromEntries(names.map((name) => [name, values[name]])))
}

/** The same of a project's quota in each of its forms. */
export function everyQuota(...names: readonly QuotaResource[]) {
  return each(['quotaSet', 'quotaUpdated', 'quotaDetail'], ofQuota(...names))
}

function isWire(value: unknown): value is Wire {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
