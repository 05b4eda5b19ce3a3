/** Finding sagas. */
import type { Reader } from '../store.ts'
import { toRecord } from './record.ts'
import type { SagaRecord } from './record.ts'
import { selectActiveLike, selectActiveOn, selectSaga } from './statements.ts'

/** The saga that owns the subject, or null. */
export async function activeOn(reader: Reader, subject: string): Promise<SagaRecord | null> {
  const [row] = (await selectActiveOn(reader, { subject })).rows
  return row === undefined ? null : toRecord(row)
}

export async function find(reader: Reader, id: string): Promise<SagaRecord | null> {
  const [row] = (await selectSaga(reader, { id })).rows
  return row === undefined ? null : toRecord(row)
}

/** Subjects like the pattern (`%` stands for anything) that a saga owns now. */
export async function activeSubjects(reader: Reader, like: string): Promise<readonly string[]> {
  const { rows } = await selectActiveLike(reader, { like })
  return rows.map((row) => row.subject)
}

/** The highest epoch of each subject; one that no operation ever owned is absent. */
export async function epochsOf(
  reader: Reader,
  subjects: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (subjects.length === 0) return new Map()
  const rows = await reader
    .selectFrom('saga_subjects')
    .selectAll()
    .where('subject', 'in', subjects)
    .execute()
  return new Map(rows.map(({ subject, epoch }) => [subject, epoch]))
}

/** Every saga that owns its subject, oldest first. */
export async function listActive(reader: Reader): Promise<readonly SagaRecord[]> {
  const rows = await reader
    .selectFrom('sagas')
    .selectAll()
    .where('active', '=', 1)
    .orderBy('started_at')
    .execute()
  return rows.map(toRecord)
}

/** Every saga that ever owned the subject, newest first. */
export async function listOf(reader: Reader, subject: string): Promise<readonly SagaRecord[]> {
  const rows = await reader
    .selectFrom('sagas')
    .selectAll()
    .where('subject', '=', subject)
    .orderBy('started_at', 'desc')
    .orderBy('epoch', 'desc')
    .execute()
  return rows.map(toRecord)
}

/** Every saga of a name like the pattern (`%` stands for anything), newest first. */
export async function listNamed(
  reader: Reader,
  like: string,
  limit = 1000,
): Promise<readonly SagaRecord[]> {
  const rows = await reader
    .selectFrom('sagas')
    .selectAll()
    .where('name', 'like', like)
    .orderBy('started_at', 'desc')
    .orderBy('epoch', 'desc')
    .limit(limit)
    .execute()
  return rows.map(toRecord)
}

export async function listByIds(
  reader: Reader,
  ids: readonly string[],
): Promise<readonly SagaRecord[]> {
  const query = reader.selectFrom('sagas').selectAll().where('id', 'in', ids)
  return (await query.execute()).map(toRecord)
}
