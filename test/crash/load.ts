/**
 * A bounded load: some clients that create, move, decide and delete servers with volumes, and some that write allocations.
 */
import { randomUUID } from 'node:crypto'
import type { Random } from '../../src/lib/random.ts'
import type { Client, Reply } from './client.ts'
import type { AllocationNote, Ledger, ServerNote, VolumeNote } from './ledger.ts'

const flavors = ['1', '2', '3'] as const

export type Load = { readonly stop: () => void; readonly over: Promise<void> }

/** Begins the load. It ends when it is told to, or when nobody answers any more. */
export function beginLoad(client: Client, ledger: Ledger, random: Random, clients = 6): Load {
  const running = { on: true }
  const lives = Array.from({ length: clients }, async (_, number) => {
    const own = random.fork(`client ${number}`)
    while (running.on) {
      const answered =
        number < 2
          ? await writeAllocation(client, ledger, own)
          : await liveServer(client, ledger, own, running)
      if (!answered) return
    }
  })
  const stop = (): void => {
    running.on = false
  }
  return { stop, over: Promise.all(lives).then(() => {}) }
}

/** The life of one server, whatever is refused on its way. False as soon as nobody answers. */
async function liveServer(
  client: Client,
  ledger: Ledger,
  random: Random,
  running: { readonly on: boolean },
): Promise<boolean> {
  const name = `crash-${randomUUID().slice(0, 8)}`
  const images = await client.ask('GET', '/image/v2/images')
  if (images === null) return false
  const imageRef = textIn(images.body['images']?.['0']?.['id'])
  const server = { name, flavorRef: pick(random, flavors), networks: 'auto', imageRef }
  const made = noted(ledger, await client.ask('POST', '/compute/v2.1/servers', { server }))
  if (made === null) return false
  const id = textIn(made.body['server']?.['id'])
  if (made.status !== 202) return await pause()
  const note: ServerNote = { id, delete: 'no', requests: [requestId(made)] }
  ledger.servers.push(note)

  const acts: readonly (() => object)[] = [
    () => ({ resize: { flavorRef: pick(random, flavors) } }),
    () => ({ confirmResize: null }),
    () => ({ revertResize: null }),
    () => ({ 'os-stop': null }),
    () => ({ 'os-start': null }),
    () => ({ reboot: { type: 'HARD' } }),
    () => ({ migrate: null }),
  ]
  for (let left = 2 + random.below(8); left > 0 && running.on; left -= 1) {
    const path = `/compute/v2.1/servers/${id}/action`
    const reply = noted(ledger, await client.ask('POST', path, pick(random, acts)()))
    if (reply === null) return false
    if (reply.status === 202 || reply.status === 204) note.requests.push(requestId(reply))
    if (random.below(2) === 0) await pause()
  }
  if (random.below(2) === 0 && !(await useVolume(client, ledger, random, note))) return false
  // Some stay, so that there is always something that must not be lost.
  if (random.below(4) === 0 && ledger.servers.filter((each) => each.delete === 'no').length < 8)
    return true
  note.delete = 'asked'
  const gone = noted(ledger, await client.ask('DELETE', `/compute/v2.1/servers/${id}`))
  if (gone === null) return false
  if (gone.status === 204) note.delete = 'accepted'
  return true
}

/** A volume that the server gets, and sometimes loses again. False as soon as nobody answers. */
async function useVolume(
  client: Client,
  ledger: Ledger,
  random: Random,
  server: ServerNote,
): Promise<boolean> {
  const volumes = `/volume/v3/${client.projectId}/volumes`
  const made = noted(ledger, await client.ask('POST', volumes, { volume: { size: 1 } }))
  if (made === null) return false
  if (made.status !== 202) return await pause()
  const note: VolumeNote = {
    id: textIn(made.body['volume']?.['id']),
    delete: 'no',
    attachedTo: null,
  }
  ledger.volumes.push(note)
  const attachments = `/compute/v2.1/servers/${server.id}/os-volume_attachments`
  const volumeAttachment = { volumeId: note.id }
  const attached = noted(ledger, await client.ask('POST', attachments, { volumeAttachment }))
  if (attached === null) return false
  if (attached.status === 200) {
    note.attachedTo = server
    server.requests.push(requestId(attached))
    if (random.below(3) > 0) return await pause()
    await pause()
    note.attachedTo = null
    const detached = noted(ledger, await client.ask('DELETE', `${attachments}/${note.id}`))
    if (detached === null) return false
    if (detached.status !== 202) note.attachedTo = server
    else server.requests.push(requestId(detached))
    return true
  }
  note.delete = 'asked'
  const gone = noted(ledger, await client.ask('DELETE', `${volumes}/${note.id}`))
  if (gone === null) return false
  note.delete = gone.status === 202 ? 'accepted' : 'no'
  return true
}

/** One consumer of somebody else's, given more or less memory on a provider. */
async function writeAllocation(client: Client, ledger: Ledger, random: Random): Promise<boolean> {
  const providers = await client.ask('GET', '/placement/resource_providers?name=host1')
  if (providers === null) return false
  const provider = textIn(providers.body['resource_providers']?.['0']?.['uuid'])
  const note: AllocationNote = { consumer: randomUUID(), megabytes: 0, inDoubt: null }
  ledger.allocations.push(note)
  let generation: number | null = null
  for (let left = 1 + random.below(3); left > 0; left -= 1) {
    const megabytes = 1 + random.below(16)
    note.inDoubt = megabytes
    const reply = noted(
      ledger,
      await client.ask('PUT', `/placement/allocations/${note.consumer}`, {
        allocations: { [provider]: { resources: { MEMORY_MB: megabytes } } },
        project_id: client.projectId,
        user_id: 'crash',
        consumer_generation: generation,
      }),
    )
    if (reply === null) return false
    note.inDoubt = null
    if (reply.status !== 204) return await pause()
    note.megabytes = megabytes
    generation = generation === null ? 1 : generation + 1
  }
  await pause()
  return true
}

/** Counts what was answered. */
function noted(ledger: Ledger, reply: Reply | null): Reply | null {
  if (reply === null) ledger.unanswered += 1
  else if (reply.status < 300) ledger.acknowledged += 1
  else if (reply.status < 500) ledger.refused += 1
  else throw new Error(`the program answered ${reply.status}: ${JSON.stringify(reply.body)}`)
  return reply
}

function textIn(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function requestId(reply: Reply): string {
  return reply.headers.get('x-openstack-request-id') ?? ''
}

/** A moment for others. */
async function pause(): Promise<true> {
  await new Promise((resolve) => {
    setTimeout(resolve, 5)
  })
  return true
}

function pick<T>(random: Random, from: readonly T[]): T {
  const chosen = from[random.below(from.length)]
  if (chosen === undefined) throw new Error('nothing to choose from')
  return chosen
}
