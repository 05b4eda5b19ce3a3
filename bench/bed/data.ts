/**
 * What a cloud that is measured keeps, and loses when it was measured: a folder, and in it, as its users have it, the embedded
 * database; or, where BERTH_DATABASE_URL names a PostgreSQL server, a database of its own there.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeDatabase } from '../../test/support/own-database.ts'

export type Data = {
  readonly dir: string
  /** What `openStore` opens. */
  readonly database: string
  /** The environment of a Berth that uses it. */
  readonly env: NodeJS.ProcessEnv
}

/** Does the work with data that are gone afterwards. */
export async function withData<T>(work: (data: Data) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'berth-bench-'))
  try {
    const server = process.env['BERTH_DATABASE_URL']
    return await (server === undefined ? work(embeddedIn(dir)) : withDatabaseOn(server, dir, work))
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

function embeddedIn(dir: string): Data {
  return { dir, database: join(dir, 'berth.db'), env: process.env }
}

async function withDatabaseOn<T>(
  server: string,
  dir: string,
  work: (data: Data) => Promise<T>,
): Promise<T> {
  const { url, drop } = await makeDatabase(server, 'bench')
  try {
    return await work({ dir, database: url, env: { ...process.env, BERTH_DATABASE_URL: url } })
  } finally {
    await drop()
  }
}
