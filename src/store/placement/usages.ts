/** Sums of what the consumers of a project hold. */
import type { Reader } from '../store.ts'

export type UsageQuery = {
  readonly projectId: string
  readonly userId: string | null
  /** Undefined: of any type. Null: of consumers of which nobody ever said the type. */
  readonly type: string | null | undefined
}

export type Usage = {
  readonly type: string | null
  readonly resourceClass: string
  readonly amount: number
}

/** By type and class. */
export async function byTypeAndClass(reader: Reader, query: UsageQuery): Promise<readonly Usage[]> {
  const rows = await held(reader, query)
    .innerJoin('resource_classes', 'resource_classes.number', 'allocations.class')
    .select((e) => [
      'consumers.type',
      'resource_classes.name',
      e.fn.sum<number>('allocations.used').as('amount'),
    ])
    .groupBy(['consumers.type', 'resource_classes.number', 'resource_classes.name'])
    .orderBy('resource_classes.number')
    .execute()
  return rows.map(({ type, name, amount }) => ({ type, resourceClass: name, amount }))
}

/** How many consumers there are of each type. */
export async function consumersByType(
  reader: Reader,
  query: UsageQuery,
): Promise<ReadonlyMap<string | null, number>> {
  const rows = await held(reader, query)
    .select((e) => [
      'consumers.type',
      e.fn.count<number>('consumers.number').distinct().as('count'),
    ])
    .groupBy('consumers.type')
    .execute()
  return new Map(rows.map(({ type, count }) => [type, count]))
}

function held(reader: Reader, { projectId, userId, type }: UsageQuery) {
  let query = reader
    .selectFrom('allocations')
    .innerJoin('consumers', 'consumers.number', 'allocations.consumer')
    .where('consumers.project_id', '=', projectId)
  if (userId !== null) query = query.where('consumers.user_id', '=', userId)
  if (type === undefined) return query
  return type === null
    ? query.where('consumers.type', 'is', null)
    : query.where('consumers.type', '=', type)
}
