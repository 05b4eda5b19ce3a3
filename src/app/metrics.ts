/**
 * Measurements for Prometheus: requests by service and outcome, operations by kind and outcome, what hosts have and what of
 * it is used, and operations that are stuck.
 *
 * Counters are kept as things happen. What is in the database already is read when somebody asks.
 */
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Json } from '../lib/json.ts'
import { byClass } from '../store/placement/class-use.ts'
import type { ClassUse } from '../store/placement/class-use.ts'
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

export function openMetrics(store: Store, patrol?: Pick<Patrol, 'standing'>): Metrics {
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
  addFacts(store, registers)
  if (patrol !== undefined) addAudit(patrol, registers)
  const unsubscribe = store.subscribe('saga', (changes) => {
    for (const { data } of changes) {
      if (data['what'] === 'ended') {
        operations.inc({ operation: text(data['name']), outcome: text(data['state']) })
      }
    }
  })
  return {
    seen: ({ service, method, status, tookMs }) => {
      requests.inc({ service, method, status: String(status) })
      durations.observe({ service, method }, tookMs / 1000)
    },
    read: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
    close: unsubscribe,
  }
}

/** What is read from the database whenever somebody asks. */
function addFacts(store: Store, registers: Registry[]): void {
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
  }
  ofClasses('berth_capacity', 'What may be claimed', ({ capacity }) => capacity)
  ofClasses('berth_used', 'What is claimed', ({ used }) => used)
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
