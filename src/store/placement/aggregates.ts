/** Aggregates: which providers belong together. An aggregate is an id that somebody used; nothing else is known of it. */
import type { AggregateId } from '../../domain/ids.ts'
import type { Provider } from '../../domain/placement/provider.ts'
import type { Instant } from '../../lib/clock.ts'
import { tellIndex } from './telling.ts'
import type { Reader, Tx } from '../store.ts'

export async function ofProvider(
  reader: Reader,
  provider: Provider,
): Promise<readonly AggregateId[]> {
  const rows = await reader
    .selectFrom('provider_aggregates')
    .innerJoin('aggregates', 'aggregates.number', 'provider_aggregates.aggregate')
    .select('aggregates.id')
    .where('provider', '=', provider.number)
    .orderBy('aggregates.number')
    .execute()
  // Written by `assign`, which takes nothing else.
  return rows.map(({ id }) => id as AggregateId)
}

/** Puts the provider into these aggregates, new ones included, and into no others. */
export async function assign(
  tx: Tx,
  provider: Provider,
  ids: readonly AggregateId[],
  now: Instant,
): Promise<void> {
  await tx.deleteFrom('provider_aggregates').where('provider', '=', provider.number).execute()
  if (ids.length > 0) {
    await tx
      .insertInto('aggregates')
      .values(ids.map((id) => ({ id })))
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute()
    await tx
      .insertInto('provider_aggregates')
      .columns(['provider', 'aggregate'])
      .expression((e) =>
        e
          .selectFrom('aggregates')
          .select([e.val(provider.number).as('provider'), 'number as aggregate'])
          .where('id', 'in', ids),
      )
      .execute()
  }
  await tellIndex(tx, [provider.id], 'aggregates', now)
}
