/** After a crash everything comes to rest, contradicting nothing; and what needs no more looking at is tidied up. */
import type { Client } from './client.ts'
import type { Ledger } from './ledger.ts'
import { list } from './listing.ts'

/** Everything must have come to rest by then after a restart. */
export const restWithinMs = 5_000

/** So many servers outlive the tidying up: there is always something that must not be lost. */
const serversKept = 8

/** Waits until no operation is under way and the audit finds nothing. Answers after how long, or what was still wrong. */
export async function comesToRest(
  client: Client,
  began: number,
): Promise<{ readonly afterMs: number } | { readonly wrong: string }> {
  for (;;) {
    const active = await operations(client)
    const violations = active.length > 0 ? [] : await list(client, '/berth/v1/audit', 'violations')
    const afterMs = performance.now() - began
    if (active.length + violations.length === 0) return { afterMs }
    if (afterMs > restWithinMs) {
      return { wrong: JSON.stringify({ operations: active, violations }).slice(0, 3000) }
    }
    await new Promise((resolve) => {
      setTimeout(resolve, 20)
    })
  }
}

/** Operations that are under way. */
export async function operations(client: Client): Promise<readonly Record<string, unknown>[]> {
  return await list(client, '/berth/v1/operations', 'operations')
}

/**
 * Forgets what needs no more looking at, so that checks take as long after many crashes as after one. What nobody knows of, because
 * the answer that named it was lost, goes too.
 */
export async function tidyUp(client: Client, ledger: Ledger): Promise<void> {
  const kept = ledger.servers.filter((server) => server.delete === 'no').slice(-serversKept)
  const held = ledger.volumes.filter(({ id }) => kept.some(({ volumes }) => volumes.has(id)))
  const [servers, volumes] = ['/compute/v2.1/servers', `/volume/v3/${client.projectId}/volumes`]
  const remove = async (path: string, name: string, but: readonly string[]): Promise<void> => {
    for (const { id } of await list(client, path, name)) {
      if (!but.includes(String(id))) await client.ask('DELETE', `${path}/${String(id)}`)
    }
  }
  await remove(
    servers,
    'servers',
    kept.map(({ id }) => id),
  )
  // One that is still on its way from a server is refused, and goes the next time.
  await remove(
    volumes,
    'volumes',
    held.map(({ id }) => id),
  )
  ledger.servers.splice(0, ledger.servers.length, ...kept)
  ledger.volumes.splice(0, ledger.volumes.length, ...held)
  for (const { consumer } of ledger.allocations.splice(0)) {
    await client.ask('DELETE', `/placement/allocations/${consumer}`)
  }
  for (const image of await list(client, '/image/v2/images?name=crash', 'images'))
    await client.ask('DELETE', `/image/v2/images/${String(image['id'])}`)
  // Limits are always there; whatever else was not removed is now.
  const limits = ledger.facts.filter(({ what }) => what === 'limits')
  for (const { what, path } of ledger.facts.splice(0, ledger.facts.length, ...limits))
    if (what !== 'limits') await client.ask('DELETE', path)
}
