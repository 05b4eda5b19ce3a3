/**
 * A crowd at the doors of one cloud: real programs with real HTTP, one on SQLite and two that share a database on PostgreSQL.
 *
 * Everybody in the crowd asks at the same time, each at the next door, so that on PostgreSQL those who race for one thing are in
 * different processes.
 */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { Client } from '../crash/client.ts'
import type { Body, Reply } from '../crash/client.ts'
import { Program } from '../crash/program.ts'
import { takeDatabase } from '../support/postgres-databases.ts'

/** How often whoever waits looks again. */
const pollMs = 20

export type Cloud = {
  readonly name: string
  /** Opens its doors; they close with the test. */
  readonly open: (t: TestContext) => Promise<Crowd>
}

/** The clouds that can be opened on this machine. */
export function clouds(): readonly Cloud[] {
  const server = process.env['BERTH_TEST_POSTGRES_URL']
  const embedded: Cloud = { name: 'sqlite', open: async (t) => await openCrowd(t, null, 1) }
  if (server === undefined) return [embedded]
  const shared = async (t: TestContext): Promise<Crowd> => {
    const { url, giveBack } = await takeDatabase(server)
    // Those who use the database are told to go later, and go first.
    t.after(giveBack)
    return await openCrowd(t, url, 2)
  }
  return [embedded, { name: 'postgres', open: shared }]
}

async function openCrowd(
  t: TestContext,
  database: string | null,
  processes: number,
): Promise<Crowd> {
  const folder = mkdtempSync(join(tmpdir(), 'berth-races-'))
  const programs: Program[] = []
  t.after(async () => {
    await Promise.all(programs.map(async (program) => await program.kill()))
    rmSync(folder, { recursive: true, force: true })
  })
  for (let i = 0; i < processes; i += 1) {
    const dataDir = join(folder, String(i))
    shareCredentials(dataDir)
    programs.push(await Program.start({ dataDir, database }))
  }
  const [first] = programs
  assert(first !== undefined, 'there is a process')
  const client = await Client.logIn(first)
  return new Crowd(
    programs.map((program) => client.at(program)),
    client.projectId,
  )
}

/** All processes of one cloud have the same administrator. */
function shareCredentials(dataDir: string): void {
  mkdirSync(dataDir, { mode: 0o700 })
  const passwords = { admin: 'of-a-race', demo: 'of-a-race' }
  writeFileSync(join(dataDir, 'credentials.json'), JSON.stringify(passwords), { mode: 0o600 })
}

export class Crowd {
  readonly projectId: string
  readonly #doors: readonly Client[]
  #asked = 0

  constructor(doors: readonly Client[], projectId: string) {
    this.#doors = doors
    this.projectId = projectId
  }

  /** Asks at the next door. */
  async ask(method: string, path: string, body?: unknown): Promise<Reply> {
    this.#asked += 1
    const door = this.#doors[this.#asked % this.#doors.length]
    const reply = await door?.ask(method, path, body)
    assert(reply != null, `${method} ${path} has an answer`)
    return reply
  }

  /** The body of an answer that must be a good one. */
  async get(path: string): Promise<Body> {
    const reply = await this.ask('GET', path)
    assert.equal(reply.status, 200, path)
    return reply.body
  }

  /** Everybody at once; the statuses of their answers, and how often each came. */
  async rush(asks: readonly (() => Promise<Reply>)[]): Promise<Tally> {
    const replies = await Promise.all(asks.map(async (ask) => await ask()))
    return { replies, statuses: tallied(replies.map(({ status }) => status)) }
  }

  /** Waits until no operation is under way, and makes sure that nothing contradicts anything. */
  async rest(): Promise<void> {
    while (listOf((await this.get('/berth/v1/operations')).operations).length > 0) {
      await setTimeout(pollMs)
    }
    // Several processes have simulated hosts of their own under the same names, and none knows of the others' guests.
    if (this.#doors.length > 1) return
    assert.deepEqual((await this.get('/berth/v1/audit')).violations, [])
  }

  /** All servers of the cloud, in detail. */
  async servers(): Promise<readonly Body[]> {
    return listOf((await this.get('/compute/v2.1/servers/detail')).servers)
  }
}

export type Tally = {
  readonly replies: readonly Reply[]
  readonly statuses: Readonly<Record<string, number>>
}

export function tallied(values: readonly (number | string)[]): Readonly<Record<string, number>> {
  const tally: Record<string, number> = {}
  for (const value of values) tally[value] = (tally[value] ?? 0) + 1
  return tally
}

/** A part of an answer that is a list. */
export function listOf(part: Body | undefined): readonly Body[] {
  assert(Array.isArray(part), 'the answer has a list')
  // Of whatever; it is looked into by name.
  return part as readonly Body[]
}

/** A part of an answer that is a text. */
export function textOf(part: Body | undefined): string {
  const text: unknown = part
  assert(typeof text === 'string', 'the answer has a text')
  return text
}
