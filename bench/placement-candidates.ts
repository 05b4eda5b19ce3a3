/**
 * How long candidates take from the index: `node bench/placement-candidates.ts [providers ...]`.
 *
 * Two fleets of each size: flat hosts, and hosts with two NUMA nodes of which each has a card with virtual functions. Hosts
 * are half used, unevenly. Times are for the answer as objects, before it is written as JSON.
 */
import { performance } from 'node:perf_hooks'
import type { AggregateId, ProviderId } from '../src/domain/ids.ts'
import type { CandidateQuery, RequestGroup } from '../src/domain/placement/candidate-query.ts'
import { plainGroup, plainQuery } from '../src/domain/placement/candidate-query.ts'
import type { Inventory } from '../src/domain/placement/inventory.ts'
import { inventoryDefaults } from '../src/domain/placement/inventory.ts'
import { standardTraits } from '../src/domain/placement/standard-traits.ts'
import { derivedUuid } from '../src/lib/ids.ts'
import { assert } from '../src/lib/problem.ts'
import { seededRandom } from '../src/lib/random.ts'
import { candidates } from '../src/placement/index/candidates.ts'
import { ProviderIndex } from '../src/placement/index/provider-index.ts'

type Case = { readonly name: string; readonly query: CandidateQuery; readonly budgetMs?: number }

const sizes = process.argv.slice(2).map(Number)
for (const size of sizes.length > 0 ? sizes : [1_000, 10_000, 100_000]) {
  const names = Array.from({ length: size * 2 }, (_, i) => provider(`${i}`))
  const flat = built(`flat, ${size} providers`, () => flatFleet(names, size))
  report(flat, flatCases(size))
  reportWrites(flat, names.slice(0, size))
  const deep = built(`NUMA, ${size} providers`, () => numaFleet(names, size))
  report(deep, numaCases(size))
}
report(
  built('200 hosts of 12 children with room for 4', () => slots(12, 4, 200)),
  [
    {
      name: '12 groups of 3 and 1 of 2: fits nowhere',
      query: plainQuery([...groupsOf(3, 12), plainGroup({ SRIOV_NET_VF: 2 }, '_last')]),
    },
    { name: '8 groups of 2, limit 1 000', query: { ...plainQuery(groupsOf(2, 8)), limit: 1_000 } },
  ],
)
report(
  built('one host with 8 single-slot children', () => slots(8, 1, 1)),
  [
    {
      name: '8 groups of 1, 1 000 candidates',
      query: { ...plainQuery(groupsOf(1, 8)), limit: 1_000 },
      budgetMs: 20,
    },
    { name: '8 groups of 1, all 40 320', query: plainQuery(groupsOf(1, 8)) },
  ],
)

function flatCases(size: number): Case[] {
  const server = plainGroup({ VCPU: 2, MEMORY_MB: 2048, DISK_GB: 20 })
  const rare = { ...server, required: [['CUSTOM_RARE']] }
  const zone = { ...server, memberOf: [[aggregate(3)]] }
  const budget = new Map([
    [1_000, 5],
    [10_000, 10],
    [100_000, 60],
  ]).get(size)
  return [
    {
      name: 'limit 1 000',
      query: { ...plainQuery([server]), limit: 1_000 },
      ...(budget === undefined ? {} : { budgetMs: budget }),
    },
    { name: 'limit 10', query: { ...plainQuery([server]), limit: 10 }, budgetMs: 2 },
    {
      name: 'one trait in a thousand, limit 1 000',
      query: { ...plainQuery([rare]), limit: 1_000 },
    },
    { name: 'one zone in ten, limit 1 000', query: { ...plainQuery([zone]), limit: 1_000 } },
    { name: 'fits nowhere', query: plainQuery([plainGroup({ VCPU: 1_000 })]) },
    { name: 'no limit', query: plainQuery([server]) },
  ]
}

function numaCases(size: number): Case[] {
  const numa = plainGroup({ VCPU: 2, MEMORY_MB: 2048 }, '_NUMA')
  const function1 = plainGroup({ SRIOV_NET_VF: 1 }, '_PORT1')
  const function2 = {
    ...plainGroup({ SRIOV_NET_VF: 1 }, '_PORT2'),
    required: [['CUSTOM_PHYSNET_1']],
  }
  const query: CandidateQuery = {
    ...plainQuery([plainGroup({ DISK_GB: 20 }), numa, function1, function2]),
    sameSubtree: [['_NUMA', '_PORT1']],
  }
  const spread = {
    ...plainQuery([plainGroup({ VCPU: 2, MEMORY_MB: 2048, DISK_GB: 20 })]),
    limit: 1_000,
  }
  return [
    {
      name: 'NUMA + 2 ports, limit 1 000',
      query: { ...query, limit: 1_000 },
      budgetMs: size / 1_000 + 5,
    },
    { name: 'NUMA + 2 ports, limit 10', query: { ...query, limit: 10 }, budgetMs: 2 },
    { name: 'one group over the tree, limit 1 000', query: spread },
    { name: 'NUMA + 2 ports, no limit', query },
  ]
}

function groupsOf(amount: number, count: number): RequestGroup[] {
  return Array.from({ length: count }, (_, i) => plainGroup({ SRIOV_NET_VF: amount }, `_${i}`))
}

function built(name: string, build: () => ProviderIndex): ProviderIndex {
  globalThis.gc?.()
  const before = process.memoryUsage()
  const started = performance.now()
  const index = build()
  const tookMs = performance.now() - started
  globalThis.gc?.()
  const after = process.memoryUsage()
  const bytes = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers
  const memory =
    globalThis.gc === undefined
      ? 'run with --expose-gc for memory'
      : `${(bytes / 1e6).toFixed(1)} MB, ${Math.round(bytes / index.forest.size)} bytes for each provider`
  console.log(`\n${name}: built in ${tookMs.toFixed(0)} ms, ${memory}`)
  return index
}

/** What following a claim costs, and a change of traits: it shall not depend on how many others there are. */
function reportWrites(index: ProviderIndex, ids: readonly ProviderId[]): void {
  const each = (what: string, write: (id: ProviderId, i: number) => void): void => {
    const writes = 100_000
    const random = seededRandom('writes')
    const chosen = Array.from({ length: writes }, () => ids[random.below(ids.length)])
    const started = performance.now()
    for (const [i, id] of chosen.entries()) if (id !== undefined) write(id, i)
    const ns = ((performance.now() - started) * 1e6) / writes
    console.log(`  ${what.padEnd(40)} ${ns.toFixed(0).padStart(8)} ns each`)
  }
  each('what is used of one class', (id, i) => index.setUsed(id, 'VCPU', i % 200))
  each('the traits of a provider', (id, i) => index.setTraits(id, traitsOf(i)))
}

function report(index: ProviderIndex, cases: readonly Case[]): void {
  for (const { name, query, budgetMs } of cases) {
    const times: number[] = []
    let answer = candidates(index, query)
    const until = performance.now() + 700
    while (times.length < 5 || (performance.now() < until && times.length < 500)) {
      const started = performance.now()
      answer = candidates(index, query)
      times.push(performance.now() - started)
    }
    times.sort((a, b) => a - b)
    const at = (share: number): string =>
      (times[Math.floor(share * (times.length - 1))] ?? 0).toFixed(2).padStart(8)
    const budget = budgetMs === undefined ? '' : `  budget ${budgetMs} ms`
    const count =
      `${answer.ways.length / answer.choices.length || 0}${answer.truncated ? '+' : ''}`.padStart(7)
    console.log(
      `  ${name.padEnd(40)} p50 ${at(0.5)} ms  p99 ${at(0.99)} ms ${count} candidates${budget}`,
    )
  }
}

// Ids of the benchmark are derived from words; at run time an id is a string.
function provider(name: string): ProviderId {
  return derivedUuid('bench', name) as ProviderId
}

function named(names: Iterator<ProviderId>): ProviderId {
  const { value, done } = names.next()
  assert(done !== true, 'more providers than names')
  return value
}

function aggregate(number: number): AggregateId {
  return derivedUuid('bench', `zone${number}`) as AggregateId
}

function inventory(total: number, allocationRatio = 1): Inventory {
  return { ...inventoryDefaults, total, maxUnit: total, allocationRatio }
}

function traitsOf(host: number): string[] {
  // Some generations of hardware, forty traits each, and now and then something rare.
  const generation = host % 5
  const common = standardTraits.slice(generation * 40, generation * 40 + 40)
  return host % 1_000 === 7 ? [...common, 'CUSTOM_RARE'] : common
}

function flatFleet(names: readonly ProviderId[], size: number): ProviderIndex {
  const index = new ProviderIndex()
  const random = seededRandom('flat')
  const next = names.values()
  const stock = new Map([
    ['VCPU', inventory(64, 4)],
    ['MEMORY_MB', inventory(262_144)],
    ['DISK_GB', inventory(4_000)],
  ])
  for (let host = 0; host < size; host += 1) {
    const id = named(next)
    index.upsertProvider(id, null)
    index.setTraits(id, traitsOf(host))
    index.setAggregates(id, [aggregate(host % 10)])
    index.setInventories(id, stock)
    index.setUsed(id, 'VCPU', random.below(256))
    index.setUsed(id, 'MEMORY_MB', random.below(262_144))
    index.setUsed(id, 'DISK_GB', random.below(4_000))
  }
  return index
}

function numaFleet(names: readonly ProviderId[], size: number): ProviderIndex {
  const index = new ProviderIndex()
  const random = seededRandom('numa')
  const next = names.values()
  for (let host = 0; host < size / 7; host += 1) {
    const root = named(next)
    index.upsertProvider(root, null)
    index.setTraits(root, traitsOf(host))
    index.setAggregates(root, [aggregate(host % 10)])
    index.setInventories(root, new Map([['DISK_GB', inventory(4_000)]]))
    index.setUsed(root, 'DISK_GB', random.below(4_000))
    for (let node = 0; node < 2; node += 1) {
      const numa = named(next)
      index.upsertProvider(numa, root)
      index.setInventories(
        numa,
        new Map([
          ['VCPU', inventory(32, 4)],
          ['MEMORY_MB', inventory(131_072)],
        ]),
      )
      index.setUsed(numa, 'VCPU', random.below(128))
      index.setUsed(numa, 'MEMORY_MB', random.below(131_072))
      for (const port of [0, 1]) {
        const card = named(next)
        index.upsertProvider(card, numa)
        index.setTraits(card, [`CUSTOM_PHYSNET_${port}`])
        index.setInventories(card, new Map([['SRIOV_NET_VF', inventory(8)]]))
        index.setUsed(card, 'SRIOV_NET_VF', random.below(9))
      }
    }
  }
  return index
}

function slots(count: number, total: number, hosts: number): ProviderIndex {
  const index = new ProviderIndex()
  for (let host = 0; host < hosts; host += 1) {
    const root = provider(`host${host}`)
    index.upsertProvider(root, null)
    for (let slot = 0; slot < count; slot += 1) {
      const child = provider(`host${host}-${slot}`)
      index.upsertProvider(child, root)
      index.setInventories(child, new Map([['SRIOV_NET_VF', { ...inventoryDefaults, total }]]))
    }
  }
  return index
}
