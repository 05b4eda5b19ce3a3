/**
 * The SQL of the world: what simulated hosts hold, in a database of its own.
 *
 * It stands for what real hosts would have on their disks, so the control plane's store knows nothing of it. One row is one
 * guest, copy or incoming body on one host.
 */
import type { DatabaseSync } from 'node:sqlite'
import type { HostName, ImageId, PortId, ServerId } from '../../domain/ids.ts'
import { fromJson, toJson } from '../../lib/json.ts'
import { problem } from '../../lib/problem.ts'
import type { Instant } from '../../lib/clock.ts'
import type { Guest, GuestSpec, PowerState } from '../virt-driver.ts'

export type Role = Guest['role']

/** A guest with what only the hypervisor knows of it. */
export type Body = Guest & {
  /** What the guest was doing when it moved away; null of everything that is no source copy. */
  readonly powerBefore: PowerState | null
  /** What is to be read on its console, oldest first. */
  readonly console: readonly ConsoleEntry[]
}

/** Something that a guest wrote about on its console. */
export type ConsoleEntry = {
  readonly at: Instant
  readonly what: 'boot' | 'rescue' | 'off' | 'nmi'
}

/** A disk that was uploaded as an image. */
export type UploadedImage = {
  readonly id: ImageId
  readonly server: ServerId
  readonly host: HostName
  readonly diskGb: number
  readonly diskGeneration: string
  readonly uploadedAt: Instant
}

/** Reading and writing within one change. */
export interface Holdings {
  body(host: HostName, server: ServerId, role: Role): Body | null
  bodies(host?: HostName): Body[]
  put(body: Body): void
  remove(host: HostName, server: ServerId, role: Role): void
  images(): UploadedImage[]
  putImage(image: UploadedImage): void
  /** Images that a host has fetched before anybody needed them. */
  cached(host: HostName): ImageId[]
  cache(host: HostName, image: ImageId): void
}

/** A body as others may see it. */
export function seen(body: Body): Guest {
  const { powerBefore: _hidden, console: _also, ...guest } = body
  return guest
}

/** Marks a file as a world, so that no other database is taken for one: "BWld" in ASCII. */
const applicationId = 0x42576c64
const version = 1

const schema = `
  CREATE TABLE bodies (
    host TEXT NOT NULL,
    server TEXT NOT NULL,
    role TEXT NOT NULL,
    spec TEXT NOT NULL,
    power TEXT NOT NULL,
    power_before TEXT,
    plugged TEXT NOT NULL,
    disk TEXT NOT NULL,
    rescued INTEGER NOT NULL,
    PRIMARY KEY (host, server, role)
  ) WITHOUT ROWID;
  CREATE TABLE images (
    id TEXT PRIMARY KEY,
    server TEXT NOT NULL,
    host TEXT NOT NULL,
    disk_gb INTEGER NOT NULL,
    disk TEXT NOT NULL,
    uploaded_at INTEGER NOT NULL
  ) WITHOUT ROWID;
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${version};
`

/** Makes the tables in an empty file. Raises `invalid` if the file is something else, or was written by a newer Berth. */
export function prepareTables(database: DatabaseSync): void {
  prepareAll(database)
  // It came later, and files of before do not have it.
  database.exec(
    'CREATE TABLE IF NOT EXISTS cached_images (host TEXT, image TEXT, PRIMARY KEY (host, image)) WITHOUT ROWID',
  )
}

function prepareAll(database: DatabaseSync): void {
  const found = pragma(database, 'application_id')
  const tables = database.prepare('SELECT count(*) AS n FROM sqlite_schema').get()
  if (found === 0 && tables?.['n'] === 0) database.exec(schema)
  else if (found !== applicationId) {
    throw problem('invalid', 'The file of the simulated hosts is another kind of database')
  } else if (pragma(database, 'user_version') > version) {
    throw problem('invalid', 'The file of the simulated hosts was written by a newer version')
  }
}

function pragma(database: DatabaseSync, name: string): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name])
}

type BodyRow = {
  readonly host: string
  readonly server: string
  readonly role: string
  readonly spec: string
  readonly power: string
  readonly power_before: string | null
  readonly plugged: string
  readonly disk: string
  readonly rescued: number
}

type ImageRow = {
  readonly id: string
  readonly server: string
  readonly host: string
  readonly disk_gb: number
  readonly disk: string
  readonly uploaded_at: number
}

/** The statements, prepared once and shared by all hosts. */
export function holdingsIn(database: DatabaseSync): Holdings {
  const one = database.prepare('SELECT * FROM bodies WHERE host = ? AND server = ? AND role = ?')
  const onHost = database.prepare('SELECT * FROM bodies WHERE host = ? ORDER BY server, role')
  const all = database.prepare('SELECT * FROM bodies ORDER BY host, server, role')
  const put = database.prepare(
    `INSERT OR REPLACE INTO bodies (host, server, role, spec, power, power_before, plugged, disk, rescued)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const remove = database.prepare('DELETE FROM bodies WHERE host = ? AND server = ? AND role = ?')
  const images = database.prepare('SELECT * FROM images ORDER BY id')
  const putImage = database.prepare(
    `INSERT OR REPLACE INTO images (id, server, host, disk_gb, disk, uploaded_at)
     VALUES (?, ?, ?, ?, ?, ?)`,
  )
  const cached = database.prepare('SELECT image FROM cached_images WHERE host = ? ORDER BY image')
  const cache = database.prepare('INSERT OR IGNORE INTO cached_images (host, image) VALUES (?, ?)')
  return {
    // Ids are what `cache` was given.
    cached: (host) => cached.all(host).map(({ image }) => String(image) as ImageId),
    cache: (host, image) => {
      cache.run(host, image)
    },
    body: (host, server, role) => {
      // The table's columns, of which this file is the only writer. The same holds for the casts below.
      const row = one.get(host, server, role) as BodyRow | undefined
      return row === undefined ? null : toBody(row)
    },
    bodies: (host) => {
      const rows = (host === undefined ? all.all() : onHost.all(host)) as BodyRow[]
      return rows.map(toBody)
    },
    put: (body) => {
      const { host, role, power, powerBefore, plugged, diskGeneration, rescued, ...spec } = body
      put.run(
        host,
        spec.server,
        role,
        toJson(spec),
        power,
        powerBefore,
        toJson(plugged),
        diskGeneration,
        rescued ? 1 : 0,
      )
    },
    remove: (host, server, role) => {
      remove.run(host, server, role)
    },
    images: () => (images.all() as ImageRow[]).map(toImage),
    putImage: (image) => {
      putImage.run(
        image.id,
        image.server,
        image.host,
        image.diskGb,
        image.diskGeneration,
        image.uploadedAt,
      )
    },
  }
}

// Ids, roles and power states in the rows below are what `put` was given with those types.
function toBody(row: BodyRow): Body {
  return {
    // Files of before had none.
    console: [],
    ...fromJson<GuestSpec & { console?: readonly ConsoleEntry[] }>(row.spec),
    host: row.host as HostName,
    role: row.role as Role,
    power: row.power as PowerState,
    powerBefore: row.power_before as PowerState | null,
    plugged: fromJson<PortId[]>(row.plugged),
    diskGeneration: row.disk,
    rescued: row.rescued === 1,
  }
}

function toImage(row: ImageRow): UploadedImage {
  return {
    id: row.id as ImageId,
    server: row.server as ServerId,
    host: row.host as HostName,
    diskGb: row.disk_gb,
    diskGeneration: row.disk,
    uploadedAt: row.uploaded_at,
  }
}
