/** `berth drain`: a host is emptied, and whoever looks on sees how far it has come. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { drain } from '../../src/cli/commands/drain.ts'
import { openTerminal } from '../../src/cli/terminal.ts'
import { virtualClock } from '../../src/lib/virtual-clock.ts'
import { rescue } from '../../src/app/servers/rescue.ts'
import { tenant } from '../support/cloud-deeds.ts'
import type { FakeCloud } from '../support/fake-cloud.ts'
import { operatedCloud, run } from '../support/command-line.ts'

const small = { vcpus: 1, memoryMb: 512, diskGb: 1 }

async function drainLoop(cloud: FakeCloud): Promise<void> {
  await cloud.cloud.loops.runNow('drains')
  await cloud.settled()
}

test('a host is emptied, and taken into use again', async (t) => {
  const { cloud, access } = await operatedCloud(t)
  const server = await cloud.boot(small, 'host1')
  const begun = await run(t, [...access, 'drain', 'host1', '--reason', 'new memory'])
  const out = 'host1 is being emptied: 0 of 1 servers have left.\n'
  assert.deepEqual(begun, { code: 0, out, notes: '' })
  for (let looks = 0; looks < 3; looks += 1) await drainLoop(cloud)
  const seen = await run(t, [...access, 'drain', 'host1', '--show', '--watch'])
  assert.deepEqual(seen, { code: 0, out: 'host1 is empty.\n', notes: '' })
  assert.equal((await cloud.server(server)).host, 'host2')

  const again = await run(t, [...access, 'drain', 'host1', '--cancel'])
  assert.deepEqual(again, { code: 0, out: '', notes: 'host1 is in use again.\n' })
})

test('whoever follows it hears of every server that has left, once', async () => {
  const lines: string[] = []
  const left = [3, 3, 2, 0]
  const documentOf = (n: number | undefined): unknown => ({
    host: 'host1',
    total: 3,
    left: n ?? 0,
    stuck: [],
    state: n === undefined ? 'done' : 'draining',
  })
  const answer = async <T>(): Promise<T> => documentOf(left.shift()) as T // as the API documents it
  const client = { url: '', get: answer, send: answer, stream: () => assert.fail() }
  const sink = { write: (text: string) => lines.push(text) }
  const clock = virtualClock(0)
  const never = new AbortController().signal
  const around = { clock, signal: never }
  const ended = drain(client, openTerminal(sink, sink, false), around, 'host1', { watch: true })
  while (await clock.next());
  assert.equal(await ended, 0)
  const leaving = [0, 1, 3].map((n) => `host1 is being emptied: ${n} of 3 servers have left.\n`)
  assert.deepEqual(lines, [...leaving, 'host1 is empty.\n'])
})

test('a server that cannot leave is named with its reason, and the exit code is 1', async (t) => {
  const { cloud, access } = await operatedCloud(t)
  const server = await cloud.boot(small, 'host1')
  const wish = { imageRef: null, adminPass: null }
  await rescue(cloud.cloud.ctx, tenant, cloud.request(), server, wish)
  await cloud.settled()
  const begun = await run(t, [...access, 'drain', 'host1'])
  assert.equal(begun.code, 0)
  await drainLoop(cloud)
  const { code, out } = await run(t, [...access, 'drain', 'host1', '--show', '--json'])
  assert.equal(code, 1)
  const { state, left, stuck } = JSON.parse(out)
  assert.deepEqual([state, left], ['blocked', 1])
  assert.deepEqual(stuck, [{ server, why: 'it is rescued' }])
})

test('a host that nobody empties, or that there is not, is said to be none', async (t) => {
  const { access } = await operatedCloud(t)
  const idle = await run(t, [...access, 'drain', 'host1', '--show'])
  assert.deepEqual(idle, { code: 2, out: '', notes: 'berth: Host host1 is not being drained.\n' })
  const unknown = await run(t, [...access, 'drain', 'host9'])
  assert.equal(unknown.code, 2)
})
