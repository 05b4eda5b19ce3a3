/** Whether everything that was acknowledged is there after a crash: records as they were written, operations as they were wished. */
import type { Body, Client } from './client.ts'
import { textIn } from './ledger.ts'
import type { AllocationNote, Ledger, ServerNote, Standing, VolumeNote } from './ledger.ts'
import { list } from './listing.ts'
import { readFact } from './records.ts'

/** What a server can be given or lose between two acts that say where it is. */
const besides = new Set(['attach_volume', 'detach_volume', 'attach_interface', 'detach_interface'])

/** What was acknowledged and is not there, in words. */
export async function losses(client: Client, ledger: Ledger): Promise<readonly string[]> {
  const lost: (string | null)[] = []
  for (const server of ledger.servers) lost.push(...(await lostOf(client, ledger, server)))
  for (const volume of ledger.volumes) lost.push(await wrongWithVolume(client, volume))
  for (const allocation of ledger.allocations) lost.push(await wrongWith(client, allocation))
  for (const fact of ledger.facts) {
    const told = await readFact(client, fact)
    if (told === fact.is) continue
    if (fact.inDoubt !== null && told === fact.inDoubt.value) continue
    lost.push(`${fact.what}: ${told} instead of ${fact.is} (${JSON.stringify(fact.inDoubt)})`)
  }
  return lost.filter((each) => each !== null)
}

async function lostOf(
  client: Client,
  ledger: Ledger,
  server: ServerNote,
): Promise<readonly string[]> {
  const lost: string[] = []
  const path = `/compute/v2.1/servers/${server.id}`
  const reply = await client.ask('GET', path)
  const mayBe = { no: [200], asked: [200, 404], accepted: [404] }[server.delete]
  if (reply === null || !mayBe.includes(reply.status))
    lost.push(`server ${server.id}, delete ${server.delete}: answered with ${reply?.status}`)
  const actions = await list(client, `${path}/os-instance-actions`, 'instanceActions')
  const known = new Set(actions.map((action) => String(action['request_id'])))
  for (const request of server.requests) {
    if (!known.has(request)) lost.push(`request ${request} on server ${server.id}`)
  }
  if (reply?.status !== 200) return lost
  const newest = actions.find((action) => !besides.has(String(action['action'])))
  // Whatever was accepted after the last answer is nobody's wish as far as is known here.
  if (newest?.['request_id'] === server.last.request)
    lost.push(...(await wrongEnd(client, ledger, server, reply.body)))
  const parts = [
    ['os-interface', 'interfaceAttachments', 'port_id', server.ports],
    ['os-volume_attachments', 'volumeAttachments', 'volumeId', server.volumes],
  ] as const
  for (const [where, name, key, noted] of parts) {
    const has = await list(client, `${path}/${where}`, name)
    lost.push(...wrongParts(server, where, new Set(has.map((each) => String(each[key]))), noted))
  }
  return lost
}

function wrongParts(
  { id: server }: ServerNote,
  where: string,
  has: ReadonlySet<string>,
  noted: ReadonlyMap<string, Standing>,
): readonly string[] {
  return [...noted]
    .filter(([id, standing]) => standing !== 'in doubt' && has.has(id) !== (standing === 'there'))
    .map(([id, standing]) => `${where} ${id} of server ${server} is not ${standing}`)
}

/** Its last operation has ended: as was wished, or it says that it did not. */
async function wrongEnd(
  client: Client,
  ledger: Ledger,
  { id, last }: ServerNote,
  body: Body,
): Promise<readonly string[]> {
  const path = `/compute/v2.1/servers/${id}/os-instance-actions/${last.request}`
  const action = (await client.ask('GET', path))?.body['instanceAction']
  const events: unknown = action?.['events']
  const server = body['server']
  const task = textIn(server?.['OS-EXT-STS:task_state'])
  const status = textIn(server?.['status'])
  const size = textIn(server?.['flavor']?.['original_name'])
  const told = `${last.act} of server ${id} (now ${status}, ${size})`
  if (!Array.isArray(events) || events.length === 0) return [`${told} has no events`]
  // A list of objects, as Nova has it.
  const all = events as readonly Body[]
  if (all.some(({ finish_time: end }) => end === null)) return [`${told} has not ended`]
  if (task !== '') return [`${told} shows ${task}`]
  const message: unknown = action?.['message']
  if (message !== null) {
    ledger.ends.badly += 1
    return []
  }
  ledger.ends.well += 1
  const isThere = last.then.includes(status) && (last.flavor === null || last.flavor === size)
  return isThere ? [] : [`${told} ended well and should be ${last.then.join(' or ')}`]
}

async function wrongWithVolume(client: Client, volume: VolumeNote): Promise<string | null> {
  const reply = await client.ask('GET', `/volume/v3/${client.projectId}/volumes/${volume.id}`)
  const mayBe = { no: [200], asked: [200, 404], accepted: [404] }[volume.delete]
  if (reply !== null && mayBe.includes(reply.status)) return null
  return `volume ${volume.id}, delete ${volume.delete}: answered with ${reply?.status}`
}

async function wrongWith(
  client: Client,
  { consumer, megabytes, inDoubt }: AllocationNote,
): Promise<string | null> {
  const reply = await client.ask('GET', `/placement/allocations/${consumer}`)
  const [held] = Object.values(reply?.body['allocations'] ?? {})
  const is = Number(held?.['resources']?.['MEMORY_MB'] ?? 0)
  if (is === megabytes || is === inDoubt) return null
  return `allocation ${consumer}: ${is} MB instead of ${megabytes} (in doubt: ${inDoubt})`
}
