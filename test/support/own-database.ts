/** A PostgreSQL database of our own, for one run of a program. */
import { randomUUID } from 'node:crypto'
import pg from 'pg'

export type OwnDatabase = { readonly url: string; drop(): Promise<void> }

/** Makes an empty one on the server that the address names. What it is for becomes a part of its name. */
export async function makeDatabase(server: string, purpose: string): Promise<OwnDatabase> {
  const name = `berth_${purpose}_${randomUUID().replaceAll('-', '')}`
  await administer(server, `CREATE DATABASE ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return {
    url: url.href,
    drop: async () => await administer(server, `DROP DATABASE ${name} WITH (FORCE)`),
  }
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
