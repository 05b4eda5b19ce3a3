/**
 * What is wrong with the allocations of a cloud, and what would put it right: a pure function of what was seen.
 *
 * A server that does something, or is in a move, is left alone: what it holds is just changing. So is what other services hold for
 * purposes of their own.
 */
import type { Amounts, Observation, SeenConsumer, SeenServer } from './observation.ts'

export type Wrong = {
  /**
   * - `orphaned`: held by nobody that lives. - `duplicate`: a server holds something where it is not. - `missing`: it holds nothing
   * where it is. - `amount`: it holds another amount than its flavor says.
   */
  readonly kind: 'amount' | 'duplicate' | 'missing' | 'orphaned'
  readonly consumer: string
  readonly generation: number | null
  readonly says: string
  /** What the consumer should hold, by provider; null where a person must decide. */
  readonly due: Readonly<Record<string, Amounts>> | null
}

/** Statuses of moves that are over. An evacuation that is done waits for its source to come back. */
const over: ReadonlySet<string> = new Set([
  'cancelled',
  'completed',
  'confirmed',
  'error',
  'failed',
  'reverted',
])

export function judge(seen: Observation): readonly Wrong[] {
  const openMoves = [...seen.moves.values()].filter(({ status }) => !over.has(status))
  const moving = new Set(openMoves.map(({ server }) => server))
  const open = new Set(openMoves.map(({ id }) => id))
  const nodeIds = new Map([...seen.nodes].map(([id, name]) => [name, id]))
  const wrong: Wrong[] = []
  for (const consumer of seen.consumers.values()) {
    const server = seen.servers.get(consumer.id)
    if (server !== undefined || open.has(consumer.id)) continue
    wrong.push(orphan(consumer, seen))
  }
  for (const server of seen.servers.values()) {
    if (server.task !== null || moving.has(server.id)) continue
    wrong.push(...ofServer(server, seen, nodeIds))
  }
  return wrong
}

/** What was wrong both times and is as it was: the rest was only on its way. */
export function lasting(first: readonly Wrong[], again: readonly Wrong[]): readonly Wrong[] {
  const key = ({ kind, consumer, generation }: Wrong): string => `${kind} ${consumer} ${generation}`
  const before = new Set(first.map(key))
  return again.filter((each) => before.has(key(each)))
}

function orphan(consumer: SeenConsumer, seen: Observation): Wrong {
  const move = seen.moves.get(consumer.id)
  const who =
    move === undefined
      ? `${consumer.id}, which is no server and no move,`
      : `The ${move.kind} ${move.id} of server ${move.server}, which is ${move.status},`
  const says = `${who} holds ${sayHeld(consumer, seen)}`
  return { kind: 'orphaned', consumer: consumer.id, generation: consumer.generation, says, due: {} }
}

function ofServer(
  server: SeenServer,
  seen: Observation,
  nodeIds: ReadonlyMap<string, string>,
): readonly Wrong[] {
  const consumer = seen.consumers.get(server.id)
  const home = server.node === null ? undefined : nodeIds.get(server.node)
  const about = { consumer: server.id, generation: consumer?.generation ?? null }
  // Where it is nobody tells us, or on a hypervisor that is no more: then there is nothing to compare with.
  if (server.host !== null && home === undefined) return []
  const held = [...(consumer?.held ?? [])]
  const here = held.filter(([provider]) => seen.roots.get(provider) === home)
  const elsewhere = held.filter((each) => !here.includes(each))
  const evacuatedFrom = new Set(
    [...seen.moves.values()]
      .filter((move) => move.server === server.id && move.kind === 'evacuation')
      .map(({ sourceNode }) => sourceNode),
  )
  const strange = elsewhere.filter(([provider]) => {
    const node = seen.nodes.get(seen.roots.get(provider) ?? '') ?? null
    return !evacuatedFrom.has(node)
  })
  if (strange.length > 0 && consumer !== undefined) {
    const where = server.node ?? 'no host'
    const only = { ...consumer, held: new Map(strange) }
    const says = `Server ${server.id} is on ${where}, and holds ${sayHeld(only, seen)}`
    const kept = held.filter((each) => !strange.includes(each))
    return [{ kind: 'duplicate', ...about, says, due: Object.fromEntries(kept) }]
  }
  if (home === undefined) return []
  const { need } = server
  if (here.length === 0) {
    const says = `Server ${server.id} is on ${server.node}, and holds nothing there`
    const due = need === null ? null : { [home]: need, ...Object.fromEntries(elsewhere) }
    return [{ kind: 'missing', ...about, says, due }]
  }
  if (need === null || isSame(total(here.map(([, amounts]) => amounts)), need)) return []
  const says = `Server ${server.id} holds ${sayAmounts(total(here.map(([, amounts]) => amounts)))} on ${server.node}, and its flavor needs ${sayAmounts(need)}`
  return [{ kind: 'amount', ...about, says, due: null }]
}

function sayHeld({ held }: SeenConsumer, { nodes, roots }: Observation): string {
  return [...held]
    .map(([provider, amounts]) => {
      const root = roots.get(provider) ?? provider
      return `${sayAmounts(amounts)} on ${nodes.get(root) ?? root}`
    })
    .join(' and ')
}

function sayAmounts(amounts: Amounts): string {
  return Object.entries(amounts)
    .map(([name, amount]) => `${amount} ${name}`)
    .join(', ')
}

function total(all: readonly Amounts[]): Amounts {
  const sums: Record<string, number> = {}
  for (const [name, amount] of all.flatMap((each) => Object.entries(each))) {
    sums[name] = (sums[name] ?? 0) + amount
  }
  return sums
}

function isSame(one: Amounts, other: Amounts): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other)])
  return [...names].every((name) => (one[name] ?? 0) === (other[name] ?? 0))
}
