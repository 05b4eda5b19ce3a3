/**
 * What must be true of the records at every instant that anybody can see, looked at in each transaction before it commits.
 *
 * A transaction says in the change feed what it was about, so only that is looked at: the cost does not grow with the cloud.
 * The letters are those of the list of invariants.
 */
import { fromJson } from '../../src/lib/json.ts'
import type { guestsAtOnce } from './bodies.ts'
import { operations } from '../../src/operations/registry.ts'
import type { Tx } from '../../src/store/store.ts'
import type { Judge } from './judge.ts'
import { Owners } from './owners.ts'
import { heldFor, openMigration, query, standingOf } from './rows.ts'
import type { ChangeRow, MigrationRow, SagaRow, ServerRow, Standing } from './rows.ts'
import { holdings } from './shares.ts'
import type { Trace } from './trace.ts'

/** Server records as last seen in a commit. */
export type Seen = Pick<
  ServerRow,
  | 'name'
  | 'alive'
  | 'vm_state'
  | 'task_state'
  | 'power_state'
  | 'delete_requested'
  | 'host'
  | 'launched_at'
> & {
  /** Its owner has given up the disk for another: until it is well again, for a host may still be at it. */
  readonly rebuilds: boolean
  /** The hosts that it is at or on its way to. */
  readonly places: readonly string[]
}

const ended = new Set(['confirmed', 'reverted', 'completed', 'cancelled', 'failed', 'error'])
/** Operations of which a server shows nothing. */
const silent = new Set(
  operations
    .filter(({ steps }) => steps.every(({ spec }) => !tellsTask(spec.shows)))
    .map(({ name }) => name),
)

function tellsTask(shows: unknown): boolean {
  return typeof shows === 'object' && shows !== null && 'task' in shows && shows.task !== null
}

export class Records {
  readonly #judge: Judge
  readonly #trace: Trace
  /** The newest change that was looked at. Those of a transaction that was undone are numbered again. */
  #newest = 0
  readonly seen = new Map<string, Seen>()
  /** Operations that have not ended, by id. */
  readonly active = new Map<string, string>()
  readonly #migrations = new Map<string, string>()
  /** Servers whose delete was refused by a host: they may be used again. */
  readonly undeleted = new Set<string>()
  commits = 0
  /** Looks at what runs where. */
  readonly #atOnce: ReturnType<typeof guestsAtOnce>
  readonly #owners: Owners

  constructor(judge: Judge, trace: Trace, atOnce: ReturnType<typeof guestsAtOnce>) {
    this.#judge = judge
    this.#trace = trace
    this.#atOnce = atOnce
    this.#owners = new Owners(judge)
  }

  /** Looks at what the transaction has done. `writer` tells a process from the one that it was before it died. */
  async inspect(tx: Tx, who: string, writer: number): Promise<void> {
    if (!this.#judge.isContent) return
    this.commits += 1
    for (const { server, hosts } of this.#atOnce()) {
      const name = this.seen.get(server)?.name ?? server
      this.#judge.fail('G1', `${name} runs on ${hosts.join(' and ')} at once`)
    }
    const changes = await query<ChangeRow>(
      tx,
      'SELECT id, topic, key, data FROM changes WHERE id > ? ORDER BY id',
      [this.#newest],
    )
    const last = changes.at(-1)
    if (last === undefined) return
    this.#newest = last.id
    const servers = new Set<string>()
    /** Those whose operation has a part in this transaction. */
    const owned = new Set<string>()
    const providers = new Set<string>()
    for (const { topic, key, data } of changes) {
      const subject = fromJson<{ subject?: string; what?: string }>(data)
      if (topic === 'server') servers.add(key)
      if (topic === 'provider') providers.add(key)
      if (topic === 'saga') this.#noteSaga(key, subject)
      if (topic === 'step' || topic === 'saga')
        await this.#owners.look(tx, key, topic === 'step' ? writer : null)
      if (subject.subject?.startsWith('server/')) servers.add(subject.subject.slice(7))
      if (topic === 'step' || topic === 'saga') owned.add(subject.subject ?? '')
      if (topic === 'migration') await this.#checkMigration(tx, key)
    }
    for (const server of servers)
      await this.#checkServer(tx, server, who, owned.has(`server/${server}`))
    for (const provider of providers) await this.#checkProvider(tx, provider)
    if (providers.size > 0) await this.#checkOrphans(tx)
  }

  #noteSaga(id: string, data: { readonly subject?: string; readonly what?: string }): void {
    if (data.what === 'started') this.active.set(id, data.subject ?? '')
    if (data.what === 'ended') this.active.delete(id)
  }

  async #checkServer(tx: Tx, id: string, who: string, byOwner: boolean): Promise<void> {
    const standing = await standingOf(tx, id)
    if (standing === undefined) return
    const { server, saga, charge } = standing
    const migrations = await openMigration(tx, id)
    this.#trace.say(`${who} | ${sayServer(server, saga, migrations[0])}`)
    const before = this.seen.get(id)
    const failed = before?.rebuilds === true && server.vm_state === 'error'
    const rebuilds = saga?.name === 'server.rebuild' || failed
    const places = [server.host, migrations[0]?.dest_host].filter(
      (host) => typeof host === 'string',
    )
    this.seen.set(id, { ...server, rebuilds, places })
    for (const host of places)
      if (before?.places.includes(host) !== true) await this.#checkClean(tx, server, host)
    if (server.delete_requested === 1) this.undeleted.delete(id)
    else if (before?.delete_requested === 1) this.undeleted.add(id)
    this.#checkLatch(server, before)
    this.#checkTask(server, saga)
    this.#checkState(server, migrations)
    if (saga !== undefined) this.#owners.checkServer(saga, { server, before, byOwner })
    const held = await heldFor(tx, id)
    this.#checkHeld(server, migrations[0], held)
    this.#checkCharges(server, charge)
  }

  /** G2: what a host is still to be cleaned of does not come there: it would be cleaned away. For one that is being deleted that is right. */
  async #checkClean(tx: Tx, server: ServerRow, host: string): Promise<void> {
    if (server.delete_requested === 1) return
    const subjects = ['everything', 'remains'].map(
      (what) => `cleaning/${host}/${server.id}/${what}`,
    )
    const sql = 'SELECT id FROM sagas WHERE subject IN (?, ?) AND active = 1'
    const [cleaning] = await query<{ id: string }>(tx, sql, subjects)
    if (cleaning !== undefined)
      this.#fail('G2', server, `comes to ${host}, which is still to be cleaned of it`)
  }

  /** S4: deletion is one-way. A delete that a host refused ends in error, and that is all that may follow. */
  #checkLatch(server: ServerRow, before: Seen | undefined): void {
    if (before === undefined) return
    if (before.alive === null && server.alive !== null)
      this.#fail('S4', server, 'came back to life')
    const unlatched = before.delete_requested === 1 && server.delete_requested === 0
    if (unlatched && server.alive !== null && server.vm_state !== 'error')
      this.#fail('S4', server, 'is not to be deleted any more')
  }

  /** S1: a server shows a task while, and only while, an operation owns it. */
  #checkTask(server: ServerRow, saga: SagaRow | undefined): void {
    if (saga === undefined && server.task_state !== null)
      this.#fail('S1', server, `shows ${server.task_state} though nothing is done with it`)
    if (saga !== undefined && server.task_state === null && !silent.has(saga.name))
      this.#fail('S1', server, `shows no task during ${saga.name}`)
    if (saga === undefined && server.delete_requested === 1 && server.alive !== null)
      this.#fail('S4', server, 'is to be deleted, and nobody does it')
    if (server.alive === null && saga !== undefined)
      this.#fail('S4', server, `is gone, and ${saga.name} goes on with it`)
  }

  /** M1, M3, M7, S2, S3. */
  #checkState(server: ServerRow, migrations: readonly MigrationRow[]): void {
    if (migrations.length > 1) this.#fail('M1', server, 'moves twice at once')
    if (server.alive === null && migrations.length > 0) this.#fail('M7', server, 'moves, deleted')
    const decides = ['finished', 'confirming', 'reverting'].includes(migrations[0]?.status ?? '')
    if (server.vm_state === 'resized' && !decides)
      this.#fail('M3', server, 'waits for a decision that nobody can take')
    if (server.vm_state === 'error' && server.faults === 0)
      this.#fail('S2', server, 'is in error without a reason')
    const placed = ['active', 'stopped', 'paused', 'suspended', 'resized', 'rescued']
    if (server.host === null && placed.includes(server.vm_state))
      this.#fail('S3', server, `is ${server.vm_state} nowhere`)
  }

  /** A1 to A5, A8, A10: who holds what, by the status of the move. */
  #checkHeld(
    server: ServerRow,
    migration: MigrationRow | undefined,
    held: Awaited<ReturnType<typeof heldFor>>,
  ): void {
    for (const id of held.migrations.keys()) {
      if (id !== migration?.id)
        this.#fail('A8', server, `a move of it that has ended holds something`)
    }
    const ofMigration = migration === undefined ? '' : (held.migrations.get(migration.id) ?? '')
    const wanted = holdings(server, migration)
    const fits = wanted.some(
      (each) => each.server === held.server && each.migration === ofMigration,
    )
    if (fits) return
    const said = `holds [${held.server}] and its move [${ofMigration}]; right would be ${wanted
      .map((each) => `[${each.server}] and [${each.migration}]`)
      .join(' or ')}`
    this.#fail('A3', server, said)
  }

  /** Q1: what a project is charged is the sum over its servers. */
  #checkCharges({ project_id: project }: ServerRow, { is, shall }: Standing['charge']): void {
    if (is !== shall) this.#judge.fail('Q1', `${project} is charged ${is} instead of ${shall}`)
  }

  /** M4: an ended status is final. */
  async #checkMigration(tx: Tx, id: string): Promise<void> {
    const [row] = await query<MigrationRow>(tx, 'SELECT * FROM migrations WHERE id = ?', [id])
    if (row === undefined) return
    const before = this.#migrations.get(id)
    if (before !== undefined && ended.has(before) && row.status !== before)
      this.#judge.fail('M4', `a move that was ${before} is ${row.status}`)
    if (ended.has(row.status) !== (row.open === null))
      this.#judge.fail(
        'M4',
        `a move that is ${row.status} is ${row.open === null ? 'over' : 'open'}`,
      )
    this.#migrations.set(id, row.status)
  }

  /** A7 and A11: nothing is promised twice, and what is counted is what is held. */
  async #checkProvider(tx: Tx, id: string): Promise<void> {
    const rows = await query<{
      host: string
      class: number
      used: number
      room: number
      held: number
    }>(
      tx,
      `SELECT p.name AS host, i.class, i.used, (i.total - i.reserved) * i.ratio AS room,
         (SELECT coalesce(sum(a.used), 0) FROM allocations a WHERE a.provider = i.provider AND a.class = i.class) AS held
       FROM inventories i JOIN providers p ON p.number = i.provider WHERE p.id = ?`,
      [id],
    )
    for (const { host, class: number, used, room, held } of rows) {
      if (used !== held)
        this.#judge.fail('A11', `${host} counts ${used} of class ${number}, and ${held} are held`)
      if (used > room)
        this.#judge.fail('A7', `${host} has ${room} of class ${number}, and ${used} are held`)
    }
  }

  /** A6: whoever holds is a living server or an open move, and whoever is written down holds. */
  async #checkOrphans(tx: Tx): Promise<void> {
    const rows = await query<{ id: string }>(
      tx,
      `SELECT c.id FROM consumers c
       LEFT JOIN servers s ON s.id = c.server_id AND s.alive = 1
       LEFT JOIN migrations m ON m.id = c.migration_id AND m.open = 1
       WHERE (s.id IS NULL AND m.id IS NULL)
         OR NOT EXISTS (SELECT 1 FROM allocations a WHERE a.consumer = c.number)`,
    )
    for (const { id } of rows) this.#judge.fail('A6', `consumer ${id} is nobody, or holds nothing`)
  }

  #fail(invariant: string, server: Pick<ServerRow, 'name'>, what: string): void {
    this.#judge.fail(invariant, `${server.name} ${what}`)
  }
}

function sayServer(
  server: ServerRow,
  saga: SagaRow | undefined,
  migration: MigrationRow | undefined,
): string {
  const state = `${server.name} ${server.vm_state}/${server.task_state ?? '-'} at ${server.host ?? 'no host'}`
  const move =
    migration === undefined
      ? ''
      : `; ${migration.kind} ${migration.source_host}->${migration.dest_host ?? '?'} ${migration.status}`
  const doing =
    saga === undefined ? '' : `; ${saga.name} ${saga.direction} ${saga.next} (epoch ${saga.epoch})`
  return `${state}${move}${doing}`
}
