import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WalSync } from './wal-sync.ts'
import type { FileSync } from './wal-sync.ts'

/** A disk whose syncs end when the test says so, in the order in which it says so. */
function slowDisk(): FileSync & { readonly begun: PromiseWithResolvers<void>[]; closed: boolean } {
  const begun: PromiseWithResolvers<void>[] = []
  return {
    begun,
    closed: false,
    sync: async () => {
      const sync = Promise.withResolvers<void>()
      begun.push(sync)
      await sync.promise
    },
    close() {
      this.closed = true
    },
  }
}

/** Commits, and notes in the list when that has become durable. */
function commit(wal: WalSync, name: string, told: string[]): Promise<number> {
  wal.committed()
  return wal.durable().then(
    () => told.push(name),
    (thrown: unknown) => told.push(`${name}: ${String(thrown)}`),
  )
}

/** Lets everything happen that waits for nothing but its turn. */
async function turns(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}

/** Nobody else wants to commit. */
const alone = (): number => 1

/** How many wait by the time there is room, when they come one in each turn until they are so many. */
async function taken(wal: WalSync, come: number): Promise<number> {
  let waiting = 1
  let isOver = false
  const arrive = (): void => {
    if (isOver || waiting === come) return
    waiting += 1
    setImmediate(arrive)
  }
  setImmediate(arrive)
  await wal.room(() => waiting)
  isOver = true
  return waiting
}

test('a commit counts as durable only after a sync that began after it', async () => {
  const disk = slowDisk()
  const wal = new WalSync(disk)
  const told: string[] = []
  const first = commit(wal, 'first', told)
  await turns()
  const second = commit(wal, 'second', told)
  await turns()
  assert.equal(disk.begun.length, 2)
  disk.begun[0]?.resolve()
  await first
  assert.deepEqual(told, ['first'])
  disk.begun[1]?.resolve()
  await second
})

test('commits that come while the disk is busy share the next sync', async () => {
  const disk = slowDisk()
  const wal = new WalSync(disk)
  const told: string[] = []
  const commits: Promise<number>[] = []
  for (const name of ['a', 'b', 'c', 'd', 'e']) {
    commits.push(commit(wal, name, told))
    await turns()
  }
  assert.equal(disk.begun.length, 2)
  disk.begun[1]?.resolve()
  await turns()
  assert.deepEqual(told, ['b'])
  disk.begun[0]?.resolve()
  disk.begun[2]?.resolve()
  await Promise.all(commits)
  assert.equal(disk.begun.length, 3)
})

test('there is room for a commit while the disk is busy with one other', async () => {
  const disk = slowDisk()
  const wal = new WalSync(disk)
  const told: string[] = []
  const first = commit(wal, 'first', told)
  await wal.room(alone)
  const second = commit(wal, 'second', told)
  const third = wal.room(alone).then(() => told.push('room for a third'))
  await turns()
  await turns()
  assert.deepEqual(told, [])
  disk.begun[0]?.resolve()
  await third
  assert.deepEqual(told, ['first', 'room for a third'])
  disk.begun[1]?.resolve()
  await Promise.all([first, second])
})

test('who comes a turn later is waited for, as long as somebody comes in each', async () => {
  const wal = new WalSync(slowDisk())
  assert.equal(await taken(wal, 1), 1)
  assert.equal(await taken(wal, 7), 7)
})

test('of those who keep coming only so many are waited for', async () => {
  const taken1000 = await taken(new WalSync(slowDisk()), 1000)
  assert(taken1000 >= 64 && taken1000 < 70, String(taken1000))
})

test('what is durable already is waited for by nobody', async () => {
  const disk = slowDisk()
  const wal = new WalSync(disk)
  await wal.durable()
  assert.equal(disk.begun.length, 0)
})

test('after a sync that failed nothing is durable any more', async () => {
  const disk = slowDisk()
  const wal = new WalSync(disk)
  const told: string[] = []
  const first = commit(wal, 'first', told)
  await turns()
  disk.begun[0]?.reject(new Error('no space'))
  await first
  const second = commit(wal, 'second', told)
  await turns()
  disk.begun[1]?.resolve()
  await second
  assert.deepEqual(told, ['first: Error: no space', 'second: Error: no space'])
})

test('closing waits for what is under way', async () => {
  const disk = slowDisk()
  const wal = new WalSync(disk)
  const told: string[] = []
  const only = commit(wal, 'only', told)
  const closed = wal.close()
  await turns()
  assert.equal(disk.closed, false)
  disk.begun[0]?.resolve()
  await Promise.all([only, closed])
  assert.deepEqual([disk.closed, ...told], [true, 'only'])
})
