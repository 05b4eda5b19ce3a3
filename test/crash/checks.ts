/** After a crash: nothing that was acknowledged is lost, and everything comes to rest, contradicting nothing. */
import type { Client } from './client.ts'
import type { Ledger, VolumeNote } from './ledger.ts'

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

/** What was acknowledged and is not there, in words. */
export async function losses(client: Client, ledger: Ledger): Promise<readonly string[]> {
  const lost: string[] = []
  for (const server of ledger.servers) {
    const path = `/compute/v2.1/servers/${server.id}`
    const status = (await client.ask('GET', path))?.status
    const mayBe = { no: [200], asked: [200, 404], accepted: [404] }[server.delete]
    if (status === undefined || !mayBe.includes(status))
      lost.push(`server ${server.id}, delete ${server.delete}: answered with ${status}`)
    const actions = await list(client, `${path}/os-instance-actions`, 'instanceActions')
    const known = new Set(actions.map((action) => String(action['request_id'])))
    for (const request of server.requests) {
      if (!known.has(request)) lost.push(`request ${request} on server ${server.id}`)
    }
  }
  for (const volume of ledger.volumes) {
    const wrong = await wrongWith(client, volume)
    if (wrong !== null) lost.push(`volume ${volume.id}, delete ${volume.delete}: ${wrong}`)
  }
  for (const { consumer, megabytes, inDoubt } of ledger.allocations) {
    const reply = await client.ask('GET', `/placement/allocations/${consumer}`)
    const [held] = Object.values(reply?.body['allocations'] ?? {})
    const is = Number(held?.['resources']?.['MEMORY_MB'] ?? 0)
    if (is !== megabytes && is !== inDoubt)
      lost.push(`allocation ${consumer}: ${is} MB instead of ${megabytes} (in doubt: ${inDoubt})`)
  }
  return lost
}

/** What was said of a volume and is not true of it; null when nothing is. */
async function wrongWith(client: Client, volume: VolumeNote): Promise<string | null> {
  const reply = await client.ask('GET', `/volume/v3/${client.projectId}/volumes/${volume.id}`)
  const mayBe = { no: [200], asked: [200, 404], accepted: [404] }[volume.delete]
  if (reply === null || !mayBe.includes(reply.status)) return `answered with ${reply?.status}`
  const { attachedTo } = volume
  if (attachedTo === null || attachedTo.delete !== 'no') return null
  const attachment = reply.body['volume']?.['attachments']?.['0']
  const where: unknown = attachment?.['server_id']
  return where === attachedTo.id ? null : `not attached to server ${attachedTo.id}`
}

/**
 * Forgets what needs no more looking at, so that checks take as long after many crashes as after one. What nobody knows of, because
 * the answer that named it was lost, goes too.
 */
export async function tidyUp(client: Client, ledger: Ledger): Promise<void> {
  const kept = ledger.servers.filter((server) => server.delete === 'no').slice(-serversKept)
  const held = ledger.volumes.filter(
    ({ attachedTo }) => attachedTo !== null && kept.includes(attachedTo),
  )
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
}

async function list(
  client: Client,
  path: string,
  name: string,
): Promise<readonly Record<string, unknown>[]> {
  const reply = await client.ask('GET', path)
  const found: unknown = reply?.body[name]
  if (reply?.status !== 200 || !Array.isArray(found))
    throw new Error(`${path} answered ${reply?.status}`)
  // Lists of objects, all of them.
  return found as Record<string, unknown>[]
}
