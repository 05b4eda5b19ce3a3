/** The statements that run in every step of every operation, prepared. */
import { sql } from 'kysely'
import { prepared } from '../dialect/prepared.ts'
import { holding, one } from '../dialect/dialect.ts'
import type { Tables } from '../tables/tables.ts'

/** Which saga, as long as it is in the hands of whoever decided on it. */
type Guard = { readonly id: string; readonly epoch: number }

/** Writes nothing when the subject has an owner. */
export const insertSaga = prepared((db, row: Tables['sagas']) =>
  db
    .insertInto('sagas')
    .values(row)
    .onConflict((on) => on.columns(['subject', 'active']).doNothing()),
)

export const selectSaga = prepared((db, by: { id: string }) =>
  db.selectFrom('sagas').selectAll().where('id', '=', by.id),
)

export const selectActiveOn = prepared((db, by: { subject: string }) =>
  db.selectFrom('sagas').selectAll().where('subject', '=', by.subject).where('active', '=', one),
)

/**
 * With a lease, as every active one has, so that SQLite sees that the small index of the active ones will do; and with a pattern
 * that it does not look into before it has planned.
 */
export const selectActiveLike = prepared((db, by: { like: string }) =>
  db
    .selectFrom('sagas')
    .select('subject')
    .where('active', '=', one)
    .where('lease_until', '>=', sql.lit(0))
    .where('subject', 'like', sql<string>`cast(${by.like} as text)`),
)

export const selectOwner = prepared((db, by: { subject: string }) =>
  holding(
    db,
    db.selectFrom('sagas').select('id').where('subject', '=', by.subject).where('active', '=', one),
  ),
)

export const selectHeld = prepared((db, by: Guard) =>
  holding(
    db,
    db
      .selectFrom('sagas')
      .select('interrupt')
      .where('id', '=', by.id)
      .where('epoch', '=', by.epoch)
      .where('active', '=', one),
  ),
)

/** What a saga has come to; what is left out stays as it is. */
export type Standing = Partial<Omit<Tables['sagas'], keyof Guard>>

export const updateStanding = prepared((db, { id, epoch, ...standing }: Guard & Standing) =>
  db
    .updateTable('sagas')
    .set(standing)
    .where('id', '=', id)
    .where('epoch', '=', epoch)
    .where('active', '=', one),
)

export const updateEnded = prepared((db, { id, epoch, ...ended }: Guard & Standing) =>
  db
    .updateTable('sagas')
    .set({ ...ended, active: null, owner: null })
    .where('id', '=', id)
    .where('epoch', '=', epoch)
    .where('active', '=', one)
    .returning(['subject', 'name', 'problem']),
)

/** A first reason stays. */
export const updateInterrupt = prepared(
  (db, { subject, reason }: Record<'reason' | 'subject', string>) =>
    db
      .updateTable('sagas')
      .set((e) => ({ interrupt: e.fn.coalesce('interrupt', e.val(reason)) }))
      .where('subject', '=', subject)
      .where('active', '=', one)
      .returning(['id', 'name']),
)

/** Answers the new epoch. */
export const raiseSubject = prepared((db, by: { subject: string }) =>
  db
    .insertInto('saga_subjects')
    .values({ subject: by.subject, epoch: 1 })
    .onConflict((c) =>
      c.column('subject').doUpdateSet((e) => ({ epoch: e('saga_subjects.epoch', '+', 1) })),
    )
    .returning('epoch'),
)
