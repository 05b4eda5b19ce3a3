/**
 * Bringing the write-ahead log to the disk without holding up the process.
 *
 * SQLite would wait for the disk within each commit, and with it everything else that this process does. Instead it only writes
 * the log, and the log is synced here, by a thread of Node's pool, while the next transactions already run. Whoever must know
 * that a commit is durable waits for a sync that began after it; one sync serves all commits before it.
 *
 * When a sync fails nobody can say what of the log is on the disk, and trying again would not tell. So from then on everybody
 * who asks is told that it failed.
 */
import { closeSync, fdatasync, openSync } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'
import { promisify } from 'node:util'

/** Brings to the disk what has been written to a file. */
export type FileSync = { sync(): Promise<void>; close(): void }

/** A disk can take one while it is busy with another; more would only queue there. */
const underWayMax = 2

/** Beyond so many that wait, nobody else is waited for. */
const companyMax = 64

type Sync = { readonly commits: number; readonly done: Promise<void> }

export class WalSync {
  readonly #file: FileSync
  readonly #underWay = new Set<Promise<void>>()
  #commits = 0
  /** The last one that began. */
  #latest: Sync = { commits: 0, done: Promise.resolve() }
  /** Begins when there is room, and covers everything that is committed until then. */
  #next: Promise<void> | null = null
  #failure: { readonly cause: unknown } | null = null

  constructor(file: FileSync) {
    this.#file = file
  }

  /** Notes that a commit has been written to the log. */
  committed(): void {
    this.#commits += 1
  }

  /**
   * Waits until everything that was committed before is durable.
   * @throws what the disk said when it cannot be known to be.
   */
  async durable(): Promise<void> {
    if (this.#latest.commits < this.#commits) await (this.#next ??= this.#begin())
    else await this.#latest.done
    if (this.#failure !== null) throw this.#failure.cause
  }

  /**
   * Waits until a sync can begin at once, and for as long as each turn of the event loop brings more that waits. Whoever is about
   * to commit comes here first, and takes along all who came meanwhile: a page that many change is then written once. Those who
   * were told of the same sync come back together, but in a few turns: that they are all waited for makes a third fewer commits,
   * and a tenth less work of each boot.
   */
  async room(waiting: () => number): Promise<void> {
    for (let before = -1; waiting() > before && before < companyMax;) {
      before = waiting()
      await turn()
    }
    for (;;) {
      const busy = [...this.#underWay, ...(this.#next === null ? [] : [this.#next])]
      if (busy.length < underWayMax) return
      await Promise.race(busy)
    }
  }

  async close(): Promise<void> {
    await this.#next
    await Promise.all(this.#underWay)
    this.#file.close()
  }

  async #begin(): Promise<void> {
    // Whoever commits in the same turn of the event loop is served by the same sync.
    await Promise.resolve()
    while (this.#underWay.size >= underWayMax) await Promise.race(this.#underWay)
    this.#next = null
    const done = this.#sync()
    this.#latest = { commits: this.#commits, done }
    this.#underWay.add(done)
    await done
    this.#underWay.delete(done)
  }

  /** Never rejects: a failure is kept, for everybody. */
  async #sync(): Promise<void> {
    try {
      await this.#file.sync()
    } catch (thrown) {
      this.#failure ??= { cause: thrown }
    }
  }
}

const syncData = promisify(fdatasync)

/** The log at a path. SQLite's locks are on other files, so opening and closing this one does not disturb them. */
export function logFile(path: string): FileSync {
  let fd: number | null = null
  return {
    sync: async () => {
      // It is there once something has been committed, and stays the same file while the database is open.
      fd ??= openSync(path, 'r+')
      await syncData(fd)
    },
    close: () => {
      if (fd !== null) closeSync(fd)
    },
  }
}
