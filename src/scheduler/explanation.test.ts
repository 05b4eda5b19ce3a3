/** Explanations by example, and their laws: what they say would help, does. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { HostName, ProviderId } from '../domain/ids.ts'
import { explain, reasonsOf } from './explanation.ts'
import type { Explanation } from './explanation.ts'
import { place } from './place.ts'
import type { HostView } from './place.ts'
import type { PlacementRequest } from './request.ts'

const anything: PlacementRequest = {
  need: { VCPU: 4, MEMORY_MB: 8192 },
  requiredTraits: [],
  forbiddenTraits: [],
  zone: null,
  only: null,
  excluded: new Set(),
  group: null,
  sameHosts: null,
  differentHosts: new Set(),
}

function view(name: string, given: Partial<HostView> = {}): HostView {
  const size = { VCPU: 16, MEMORY_MB: 32_768 }
  return {
    host: name as HostName,
    provider: name as ProviderId,
    zone: 'nova',
    up: true,
    disabled: false,
    traits: new Set(),
    free: size,
    total: size,
    cleaning: false,
    ...given,
  }
}

test('hosts that lack the same are one near miss, and the closest comes first', () => {
  const hosts = [
    view('h1', { free: { VCPU: 16, MEMORY_MB: 1024 } }),
    view('h2', { free: { VCPU: 16, MEMORY_MB: 6144 } }),
    view('h3', { free: { VCPU: 4, MEMORY_MB: 6144 } }),
    view('h4', { up: false, free: { VCPU: 16, MEMORY_MB: 8191 } }),
  ]
  const { fits, nearMisses } = explain({ hosts }, anything, 's')
  assert.deepEqual(fits, [])
  assert.deepEqual(nearMisses, [
    { hosts: ['h2', 'h3'], lacks: { MEMORY_MB: 2048 } },
    { hosts: ['h1'], lacks: { MEMORY_MB: 7168 } },
  ])
})

test('every reason of a host is told, not only the first', () => {
  const host = view('h1', {
    disabled: true,
    up: false,
    zone: 'attic',
    traits: new Set(['HW_LOUD']),
    free: { VCPU: 1, MEMORY_MB: 1 },
  })
  const request = {
    ...anything,
    zone: 'cellar',
    requiredTraits: ['HW_A', 'HW_B'],
    forbiddenTraits: ['HW_LOUD'],
  }
  assert.deepEqual(
    reasonsOf(host, request).map((reason) => reason.kind),
    [
      'disabled',
      'down',
      'zone',
      'lacks-trait',
      'lacks-trait',
      'has-trait',
      'resources',
      'resources',
    ],
  )
})

test('the smallest change is a smaller server, or one host put to rights', () => {
  const hosts = [
    view('h1', { free: { VCPU: 16, MEMORY_MB: 6144 } }),
    view('h2', { disabled: true }),
    view('h3', { disabled: true, up: false }),
  ]
  const { concession, repair } = explain({ hosts }, anything, 's')
  assert.deepEqual(concession, { host: 'h1', drop: [], atMost: { MEMORY_MB: 6144 } })
  assert.deepEqual(repair, { host: 'h1', remedy: [], free: { MEMORY_MB: 2048 } })
  const without = explain({ hosts: hosts.slice(1) }, anything, 's')
  assert.equal(without.concession, null)
  assert.deepEqual(without.repair, { host: 'h2', remedy: [{ kind: 'disabled' }], free: {} })
})

const traits = ['A', 'B', 'C']
const amounts = fc.record({ VCPU: fc.nat(8), MEMORY_MB: fc.nat(8) })
const views = fc
  .array(
    fc.record({
      zone: fc.constantFrom('z1', 'z2'),
      up: fc.boolean(),
      disabled: fc.boolean(),
      cleaning: fc.boolean(),
      traits: fc.subarray(traits).map((some) => new Set(some)),
      free: amounts,
      total: amounts,
    }),
    { maxLength: 6 },
  )
  .map((some) => some.map((given, index) => view(`h${index}`, given)))
const requests = fc.record({
  need: fc.record({
    VCPU: fc.integer({ min: 1, max: 8 }),
    MEMORY_MB: fc.integer({ min: 1, max: 8 }),
  }),
  requiredTraits: fc.subarray(traits),
  forbiddenTraits: fc.subarray(traits),
  zone: fc.option(fc.constantFrom('z1', 'z2')),
  only: fc.option(fc.constantFrom('h0', 'h1').map((name) => name as HostName)),
})

test('law: a host fits or has a reason, as choosing says', () => {
  fc.assert(
    fc.property(views, requests, (hosts, asked) => {
      const request = { ...anything, ...asked }
      const { fits, rejected } = explain({ hosts }, request, 's')
      const ranking = place({ hosts }, request, 's')
      assert.deepEqual(
        fits,
        ranking.ranked.map(({ host }) => host),
      )
      assert.deepEqual(
        rejected.map(({ host }) => host),
        ranking.rejected.map(({ host }) => host),
      )
      for (const { host, why } of ranking.rejected) {
        const { reasons = [] } = rejected.find((each) => each.host === host) ?? {}
        assert.ok(reasons.some((reason) => reason.kind === why.kind))
      }
    }),
  )
})

test('law: with the concession made the host fits', () => {
  fc.assert(
    fc.property(views, requests, (hosts, asked) => {
      const request = { ...anything, ...asked }
      const { concession } = explain({ hosts }, request, 's')
      if (concession === null) return
      const { ranked } = place({ hosts }, conceded(request, concession), 's')
      assert.ok(ranked.some(({ host }) => host === concession.host))
    }),
    { numRuns: 1000 },
  )
})

test('law: with the repair done the request fits on that host', () => {
  fc.assert(
    fc.property(views, requests, (hosts, asked) => {
      const request = { ...anything, ...asked }
      const { repair } = explain({ hosts }, request, 's')
      if (repair === null) return
      const repaired = hosts.map((host) =>
        host.host === repair.host ? mended(host, repair) : host,
      )
      const { ranked } = place({ hosts: repaired }, request, 's')
      assert.ok(ranked.some(({ host }) => host === repair.host))
    }),
    { numRuns: 1000 },
  )
})

type Change<K extends 'concession' | 'repair'> = NonNullable<Explanation[K]>

function conceded(
  request: PlacementRequest,
  { drop, atMost }: Change<'concession'>,
): PlacementRequest {
  const kinds = new Set(drop.map(({ kind }) => kind))
  const named = new Set(drop.flatMap((reason) => ('trait' in reason ? [reason.trait] : [])))
  return {
    ...request,
    need: { ...request.need, ...atMost },
    zone: kinds.has('zone') ? null : request.zone,
    only: kinds.has('not-named') ? null : request.only,
    requiredTraits: request.requiredTraits.filter((trait) => !named.has(trait)),
    forbiddenTraits: request.forbiddenTraits.filter((trait) => !named.has(trait)),
  }
}

function mended(host: HostView, { remedy, free }: Change<'repair'>): HostView {
  const kinds = new Set(remedy.map(({ kind }) => kind))
  const given = remedy.flatMap((reason) => (reason.kind === 'lacks-trait' ? [reason.trait] : []))
  const freed = Object.entries(free).map(([name, more]) => [name, (host.free[name] ?? 0) + more])
  return {
    ...host,
    disabled: host.disabled && !kinds.has('disabled'),
    up: host.up || kinds.has('down'),
    cleaning: host.cleaning && !kinds.has('cleaning'),
    traits: new Set([...host.traits, ...given]),
    free: { ...host.free, ...Object.fromEntries(freed) },
  }
}
