/**
 * Measurements for Prometheus: requests by service and outcome, operations and their steps by outcome, claims, what hosts have
 * and what of it is used, and operations that are stuck.
 *
 * Counters are kept as things happen. What is in the database already is read when somebody asks; so are the steps of
 * operations that have ended since, of which only the ids are kept.
 */
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Json } from '../lib/json.ts'
import type { ClaimTally } from '../operations/placing.ts'
import { byClass } from '../store/placement/class-use.ts'
import type { ClassUse } from '../store/placement/class-use.ts'
import { byProvider } from '../store/placement/provider-use.ts'
import { entriesOf } from '../store/sagas/log.ts'
import * as sagas from '../store/sagas/reading.ts'
import type { Store } from '../store/store.ts'
import type { Patrol } from './audit/patrol.ts'
import { invariantNames } from './audit/violation.ts'

export type RequestSeen = {
  readonly service: string
  readonly method: string
  readonly status: number
  readonly tookMs: number
}

export type Metrics = {
  /** Counts an answered request. Paths are left out: there are as many as there are servers. */
  seen(request: RequestSeen): void
  read(): Promise<{ readonly contentType: string; readonly text: string }>
  close(): void
}

const bucketsSeconds = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5]

/** Tries to claim a host for a server, counted by what came of them. */
export type ClaimCounts = {
  readonly counts: ReadonlyMap<string, number>
  readonly tally: ClaimTally
}

export function countClaims(): ClaimCounts {
  const counts = new Map<string, number>()
  return { counts, tally: (outcome) => counts.set(outcome, (counts.get(outcome) ?? 0) + 1) }
}

export type MetricsParts = {
  readonly store: Store
  readonly claims: Pick<ClaimCounts, 'counts'>
  readonly patrol?: Pick<Patrol, 'standing'>
}

export function openMetrics({ store, claims, patrol }: MetricsParts): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const requests = new Counter({
    name: 'berth_requests_total',
    help: 'Answered requests',
    labelNames: ['service', 'method', 'status'],
    registers,
  })
  const durations = new Histogram({
    name: 'berth_request_seconds',
    help: 'How long requests took to answer',
    labelNames: ['service', 'method'],
    buckets: bucketsSeconds,
    registers,
  })
  const operations = new Counter({
    name: 'berth_operations_total',
    help: 'Operations that have ended',
    labelNames: ['operation', 'outcome'],
    registers,
  })
  addClaims(claims, registers)
  addUse(store, registers)
  addUnderWay(store, registers)
  if (patrol !== undefined) addAudit(patrol, registers)
  const steps = stepsOf(store, registers)
  const unsubscribe = store.subscribe('saga', (changes) => {
    for (const { key, data } of changes) {
      if (data['what'] !== 'ended') continue
      const operation = text(data['name'])
      operations.inc({ operation, outcome: text(data['state']) })
      steps.ended(key, operation)
    }
  })
  return {
    seen: ({ service, method, status, tookMs }) => {
      requests.inc({ service, method, status: String(status) })
      durations.observe({ service, method }, tookMs / 1000)
    },
    read: async () => {
      await steps.count()
      return { contentType: registry.contentType, text: await registry.metrics() }
    },
    close: unsubscribe,
  }
}

function addClaims({ counts }: Pick<ClaimCounts, 'counts'>, registers: Registry[]): void {
  void new Counter({
    name: 'berth_claims_total',
    help: 'Tries to claim a host for a server: granted, taken by somebody else meanwhile, or no host left to try',
    labelNames: ['outcome'],
    registers,
    collect() {
      this.reset()
      for (const [outcome, count] of counts) this.inc({ outcome }, count)
    },
  })
}

/** So many operations may end between two readings; the steps of what is more are not counted. */
const endedMax = 20_000
const endedPerQuery = 500

/** Steps by outcome and how often they were tried again, from the logs of operations that have ended. */
function stepsOf(store: Store, registers: Registry[]) {
  const outcomes = new Counter({
    name: 'berth_operation_steps_total',
    help: 'Steps of operations that have ended, forwards (do), back for another try (rewind) and back for good (undo)',
    labelNames: ['operation', 'step', 'direction', 'outcome'],
    registers,
  })
  const retries = new Counter({
    name: 'berth_operation_retries_total',
    help: 'How often steps of operations that have ended were tried again',
    labelNames: ['operation', 'step', 'direction'],
    registers,
  })
  let ended = new Map<string, string>()
  return {
    ended: (id: string, operation: string): void => {
      if (ended.size < endedMax) ended.set(id, operation)
    },
    count: async (): Promise<void> => {
      const counted = ended
      ended = new Map()
      const ids = [...counted.keys()]
      for (let at = 0; at < ids.length; at += endedPerQuery) {
        const some = ids.slice(at, at + endedPerQuery)
        for (const entry of await store.read(async (reader) => await entriesOf(reader, some))) {
          const { step, direction, outcome, attempts } = entry
          const operation = counted.get(entry.sagaId) ?? 'unknown'
          outcomes.inc({ operation, step, direction, outcome })
          if (attempts > 0) retries.inc({ operation, step, direction }, attempts)
        }
      }
    },
  }
}

/** More providers than so many rows are not told one by one: their sums are. */
const providerRowsMax = 6000

function addUse(store: Store, registers: Registry[]): void {
  const ofClasses = (name: string, help: string, value: (of: ClassUse) => number): void => {
    void new Gauge({
      name,
      help,
      labelNames: ['resource_class'],
      registers,
      async collect() {
        for (const each of await store.read(byClass)) {
          this.set({ resource_class: each.resourceClass }, value(each))
        }
      },
    })
    void new Gauge({
      name: name.replace('berth', 'berth_provider'),
      help: `${help}, by provider`,
      labelNames: ['provider', 'resource_class'],
      registers,
      async collect() {
        this.reset()
        const rows = await store.read(
          async (reader) => await byProvider(reader, providerRowsMax + 1),
        )
        if (rows.length > providerRowsMax) return
        for (const { provider, ...each } of rows) {
          this.set({ provider, resource_class: each.resourceClass }, value(each))
        }
      },
    })
  }
  ofClasses('berth_capacity', 'What may be claimed', ({ capacity }) => capacity)
  ofClasses('berth_used', 'What is claimed', ({ used }) => used)
}

/** What has not ended, read whenever somebody asks. */
function addUnderWay(store: Store, registers: Registry[]): void {
  void new Gauge({
    name: 'berth_operations_under_way',
    help: 'Operations that have not ended; stuck ones need somebody to look',
    labelNames: ['state'],
    registers,
    async collect() {
      const active = await store.read(sagas.listActive)
      const stuck = active.filter(({ state }) => state === 'stuck').length
      this.set({ state: 'stuck' }, stuck)
      this.set({ state: 'running' }, active.length - stuck)
    },
  })
  void new Gauge({
    name: 'berth_operations_stuck',
    help: 'Operations whose step keeps failing, by the way they were going: an undo is tried for ever',
    labelNames: ['operation', 'direction'],
    registers,
    async collect() {
      this.reset()
      for (const { name, state, direction } of await store.read(sagas.listActive)) {
        if (state === 'stuck') this.inc({ operation: name, direction })
      }
    },
  })
}

/** What the audit found when it looked last. Before its first look nothing is said: no number is not zero. */
function addAudit(patrol: Pick<Patrol, 'standing'>, registers: Registry[]): void {
  void new Gauge({
    name: 'berth_audit_violations',
    help: 'Contradictions that the last audit found',
    labelNames: ['invariant'],
    registers,
    collect() {
      const standing = patrol.standing()
      if (standing === null) return
      for (const invariant of invariantNames) {
        this.set({ invariant }, standing.counts.get(invariant) ?? 0)
      }
    },
  })
  void new Gauge({
    name: 'berth_audit_timestamp_seconds',
    help: 'When the last audit looked; 0 when none has yet',
    registers,
    collect() {
      this.set((patrol.standing()?.at ?? 0) / 1000)
    },
  })
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : 'unknown'
}
