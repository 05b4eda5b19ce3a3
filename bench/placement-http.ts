/**
 * Placement over HTTP, with durable commits: `node bench/placement-http.ts [providers [consumers]]`.
 *
 * Fills an embedded database with flat hosts and with consumers of three classes each, opens it as a start would, and
 * measures the start, candidates, and claims by eight clients at once.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { openServer } from '../src/api/http/server.ts'
import { addStandardNames } from '../src/app/placement/vocabulary.ts'
import { standardTraits } from '../src/domain/placement/standard-traits.ts'
import { systemClock } from '../src/lib/clock.ts'
import { derivedUuid, randomIds } from '../src/lib/ids.ts'
import { silentLog } from '../src/lib/log.ts'
import { seededRandom } from '../src/lib/random.ts'
import { openStore } from '../src/store/open.ts'
import type { Store, Tx } from '../src/store/store.ts'
import { openTestPlacement } from '../test/support/placement.ts'

const [providers = 1_000, consumers = providers] = process.argv.slice(2).map(Number)
const tools = { clock: systemClock, random: seededRandom('bench'), log: silentLog }
const folder = mkdtempSync(join(tmpdir(), 'berth-bench-'))
const path = join(folder, 'berth.db')
const newest = { 'openstack-api-version': 'placement 1.39', 'x-auth-token': 'admin' }

await fill()
await measure()
rmSync(folder, { recursive: true })

async function fill(): Promise<void> {
  const store = await openStore(path, tools)
  await addStandardNames({ ...tools, store, ids: randomIds })
  const started = performance.now()
  await store.transaction(async (tx) => await writeProviders(tx))
  for (let from = 0; from < consumers; from += 50_000) {
    await store.transaction(async (tx) => await writeConsumers(tx, from))
  }
  await store.close()
  console.log(
    `${providers} providers, ${consumers} consumers with ${consumers * 3} allocations: ${since(started)} ms to write`,
  )
}

async function measure(): Promise<void> {
  const before = performance.now()
  const store = await openStore(path, tools)
  const opened = performance.now()
  const placement = await openTestPlacement({}, store)
  console.log(
    `cold start: ${since(before)} ms, of which ${since(opened)} ms for names and the index; ` +
      `${(process.memoryUsage().rss / 1e6).toFixed(0)} MB resident`,
  )
  const server = await openServer({
    services: [{ mount: '', service: placement.service }],
    host: '127.0.0.1',
    port: 0,
    ids: randomIds,
    ...tools,
  })
  const agent = new Agent({ keepAlive: true, maxSockets: 8 })
  const server1 = '/allocation_candidates?resources=VCPU:1,MEMORY_MB:512,DISK_GB:1'
  for (const limit of [1_000, 10]) {
    await timed(`GET candidates, limit ${limit}`, 60, 1, async () => {
      await ask(agent, server.port, 'GET', `${server1}&limit=${limit}`)
    })
  }
  await timed('GET one provider', 1_000, 1, async (i) => {
    await ask(agent, server.port, 'GET', `/resource_providers/${provider(i % providers)}`)
  })
  await timed('PUT allocations of a new consumer, 8 clients', 8_000, 8, async (i) => {
    await claim(agent, server.port, i)
  })
  await timed('GET candidates right after a claim', 100, 1, async (i) => {
    await claim(agent, server.port, 100_000 + i)
    await ask(agent, server.port, 'GET', `${server1}&limit=10`)
  })
  agent.destroy()
  await server.close()
  await placement.close()
  await closeStore(store)
}

async function closeStore(store: Store): Promise<void> {
  await store.close()
}

async function claim(agent: Agent, port: number, i: number): Promise<void> {
  const body = {
    allocations: { [provider(i % providers)]: { resources: { VCPU: 1, MEMORY_MB: 1 } } },
    project_id: 'bench',
    user_id: 'bench',
    consumer_generation: null,
    consumer_type: 'INSTANCE',
  }
  await ask(agent, port, 'PUT', `/allocations/${derivedUuid('claim', String(i))}`, body)
}

async function timed(
  name: string,
  count: number,
  clients: number,
  work: (i: number) => Promise<void>,
): Promise<void> {
  const times: number[] = []
  let next = 0
  const started = performance.now()
  const client = async (): Promise<void> => {
    for (let i = next++; i < count; i = next++) {
      const before = performance.now()
      await work(i)
      times.push(performance.now() - before)
    }
  }
  await Promise.all(Array.from({ length: clients }, client))
  const rate = (count / (performance.now() - started)) * 1_000
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number): string =>
    (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(2)
  console.log(
    `${name.padEnd(46)} p50 ${at(0.5).padStart(7)} ms  p99 ${at(0.99).padStart(7)} ms  ${rate.toFixed(0).padStart(6)}/s`,
  )
}

async function ask(
  agent: Agent,
  port: number,
  method: string,
  target: string,
  body?: object,
): Promise<void> {
  const text = body === undefined ? '' : JSON.stringify(body)
  await new Promise<void>((resolve, reject) => {
    const headers = body === undefined ? newest : { ...newest, 'content-type': 'application/json' }
    const asked = request(
      { agent, host: '127.0.0.1', port, method, path: target, headers },
      (answer) => {
        const parts: Buffer[] = []
        answer.on('data', (part: Buffer) => parts.push(part))
        answer.on('end', () => {
          if ((answer.statusCode ?? 500) < 300) resolve()
          else reject(new Error(`${answer.statusCode} ${Buffer.concat(parts).toString()}`))
        })
      },
    )
    asked.on('error', reject)
    asked.end(text)
  })
}

async function writeProviders(tx: Tx): Promise<void> {
  const traits = await tx.selectFrom('traits').select(['number', 'name']).execute()
  const numbers = new Map(traits.map(({ name, number }) => [name, number]))
  const rows = Array.from({ length: providers }, (_, i) => ({
    number: i + 1,
    id: provider(i),
    name: `host${i}`,
    parent: null,
    root: i + 1,
    generation: 0,
    created_at: 0,
    updated_at: 0,
  }))
  await inSlices(rows, async (slice) => await tx.insertInto('providers').values(slice).execute())
  const carried = rows.flatMap(({ number }) =>
    standardTraits
      .slice((number % 5) * 40, (number % 5) * 40 + 40)
      .map((name) => ({ provider: number, trait: numbers.get(name) ?? 0 })),
  )
  await inSlices(
    carried,
    async (slice) => await tx.insertInto('provider_traits').values(slice).execute(),
  )
  const perHost = Math.ceil(consumers / providers)
  const stocks = rows.flatMap(({ number }) =>
    [10 * perHost + 100_000, 1_000 * perHost + 10_000_000, 10 * perHost + 100_000].map(
      (total, i) => ({
        provider: number,
        class: i,
        total,
        reserved: 0,
        min_unit: 1,
        max_unit: total,
        step_size: 1,
        ratio: 1,
        used: [1, 512, 1][i] ?? 0,
        created_at: 0,
        updated_at: 0,
      }),
    ),
  )
  const used = stocks.map((stock) => ({ ...stock, used: stock.used * perHost }))
  await inSlices(used, async (slice) => await tx.insertInto('inventories').values(slice).execute())
}

async function writeConsumers(tx: Tx, from: number): Promise<void> {
  const numbers = Array.from({ length: Math.min(50_000, consumers - from) }, (_, i) => from + i + 1)
  const rows = numbers.map((number) => ({
    number,
    id: derivedUuid('consumer', String(number)),
    generation: 1,
    type: 'INSTANCE',
    project_id: `project${number % 100}`,
    user_id: 'user',
    server_id: null,
    server_alive: null,
    migration_id: null,
    migration_open: null,
    created_at: 0,
    updated_at: 0,
  }))
  await inSlices(rows, async (slice) => await tx.insertInto('consumers').values(slice).execute())
  const held = numbers.flatMap((consumer) =>
    [1, 512, 1].map((used, i) => ({
      consumer,
      provider: (consumer % providers) + 1,
      class: i,
      used,
      updated_at: 0,
    })),
  )
  await inSlices(held, async (slice) => await tx.insertInto('allocations').values(slice).execute())
}

async function inSlices<T>(
  rows: readonly T[],
  write: (slice: readonly T[]) => Promise<unknown>,
): Promise<void> {
  for (let at = 0; at < rows.length; at += 500) await write(rows.slice(at, at + 500))
}

function provider(i: number): string {
  return derivedUuid('provider', String(i))
}

function since(started: number): string {
  return (performance.now() - started).toFixed(0)
}
