/**
 * Taking times.
 *
 * A wall clock on a machine that does other things says little by itself, so each figure comes with the processor time that
 * the server spent on it, which is steady.
 */
import { performance } from 'node:perf_hooks'
import type { Berth } from './berth.ts'

export type Times = {
  readonly count: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly perSecond: number
  /** Processor time of the server for each, in ms; null where the system does not say. */
  readonly cpuMs: number | null
}

export type Plan = {
  readonly count: number
  /** How many ask at the same time. */
  readonly clients?: number
  /** How many come first and do not count. */
  readonly warmUp?: number
  /** Done before each, and not in its time; in the server's processor time it is. */
  readonly before?: () => Promise<void>
}

/** Does the work so often, by so many clients at once. */
export async function timed(
  server: Pick<Berth, 'cpuMs'>,
  { count, clients = 1, warmUp = 0, before: prepare }: Plan,
  work: (i: number) => Promise<void>,
): Promise<Times> {
  await atOnce(clients, warmUp, async (i) => {
    await prepare?.()
    await work(count + i)
  })
  const times: number[] = []
  const cpuBefore = server.cpuMs()
  const began = performance.now()
  await atOnce(clients, count, async (i) => {
    await prepare?.()
    const before = performance.now()
    await work(i)
    times.push(performance.now() - before)
  })
  const tookMs = performance.now() - began
  const cpuAfter = server.cpuMs()
  return {
    count,
    ...spread(times),
    perSecond: (count * 1000) / tookMs,
    cpuMs: cpuBefore === null || cpuAfter === null ? null : (cpuAfter - cpuBefore) / count,
  }
}

/** Each client takes the next number as soon as it is done with one. */
export async function atOnce(
  clients: number,
  count: number,
  work: (i: number) => Promise<void>,
): Promise<void> {
  let next = 0
  const client = async (): Promise<void> => {
    for (let i = next++; i < count; i = next++) await work(i)
  }
  await Promise.all(Array.from({ length: clients }, client))
}

/** Half of them took no longer, and nearly all. */
export function spread(times: readonly number[]): Pick<Times, 'p50Ms' | 'p99Ms'> {
  const sorted = times.toSorted((a, b) => a - b)
  return { p50Ms: at(sorted, 0.5), p99Ms: at(sorted, 0.99) }
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.floor(share * (sorted.length - 1))] ?? 0
}
