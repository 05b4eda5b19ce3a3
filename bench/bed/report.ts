/** The table: what, what it may cost, what it costs, and what it costs elsewhere. */
import type { Times } from './measuring.ts'

export type Quantity = { readonly value: number; readonly unit: '/s' | 'MB' | 'ms' }

export type Row = {
  readonly what: string
  readonly measured: Quantity
  readonly p99Ms?: number
  /** Processor time of the server for each. */
  readonly cpuMs?: number | null
  readonly budget?: Quantity
  readonly peer?: Quantity
}

type Extra = Pick<Row, 'budget' | 'peer'>

/** A row about how long one takes. */
export function latency(what: string, times: Times, extra: Extra = {}): Row {
  const { p50Ms, p99Ms, cpuMs } = times
  return { what, measured: { value: p50Ms, unit: 'ms' }, p99Ms, cpuMs, ...extra }
}

/** A row about how many there are in a second. */
export function throughput(what: string, times: Times, extra: Extra = {}): Row {
  const { perSecond, p99Ms, cpuMs } = times
  return { what, measured: { value: perSecond, unit: '/s' }, p99Ms, cpuMs, ...extra }
}

/** Something that could not be measured here. */
export function printSkipped(what: string, why: string): void {
  console.log(`${what}: skipped: ${why}`)
}

const columns = ['budget', 'measured', 'p99', 'server CPU', 'peer', 'ratio'] as const

/** Prints rows as they come: some take long, and nobody likes to wait in front of an empty table. */
export function printRow(row: Row): void {
  const { what, measured, p99Ms, cpuMs, budget, peer } = row
  const cells = [
    budget === undefined ? '' : text(budget),
    text(measured) + (isMissed(row) ? ' !' : '  '),
    p99Ms === undefined ? '' : text({ value: p99Ms, unit: 'ms' }),
    cpuMs == null ? '' : text({ value: cpuMs, unit: 'ms' }),
    peer === undefined ? '' : text(peer),
    peer === undefined ? '' : `${round(ratioOf(measured, peer))}x`,
  ]
  console.log(what.padEnd(nameWidth) + cells.map((cell) => cell.padStart(cellWidth)).join(''))
}

export function printHead(peers: string): void {
  console.log(`\nPeer: ${peers}. "!": the budget is missed. CPU is the server's, for each.\n`)
  console.log(''.padEnd(nameWidth) + columns.map((name) => name.padStart(cellWidth)).join(''))
}

const nameWidth = 56
const cellWidth = 13

/** How many times as much the peer needs, or how many times as many it does not do. */
function ratioOf(measured: Quantity, peer: Quantity): number {
  return measured.unit === '/s' ? measured.value / peer.value : peer.value / measured.value
}

function isMissed({ measured, budget }: Row): boolean {
  if (budget === undefined) return false
  return measured.unit === '/s' ? measured.value < budget.value : measured.value > budget.value
}

function text({ value, unit }: Quantity): string {
  if (unit === 'ms' && value >= 10_000) return `${round(value / 1000)} s`
  return unit === '/s' ? `${round(value)}/s` : `${round(value)} ${unit}`
}

/** Three digits that count. */
function round(value: number): string {
  if (value >= 100) return value.toFixed(0)
  return value >= 10 ? value.toFixed(1) : value.toFixed(2)
}
