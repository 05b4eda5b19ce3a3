/** The life of one server under load: acts, volumes and interfaces in any order, until somebody deletes it or it is kept. */
import { randomUUID } from 'node:crypto'
import type { Random } from '../../src/lib/random.ts'
import { chooseAct, pick, sizes } from './acts.ts'
import type { Body, Client } from './client.ts'
import { newServer, requestId, textIn } from './ledger.ts'
import type { Ledger, ServerNote, Standing, VolumeNote } from './ledger.ts'

/** So many are kept, so that there is always something that must not be lost. */
const keptMax = 8
/** How often a server is looked at before the next act comes too soon for it. */
const looksMax = 40

export type Life = {
  readonly client: Client
  readonly ledger: Ledger
  readonly random: Random
  readonly running: { readonly on: boolean }
  /** Servers that somebody is at: each has one life at a time. */
  readonly taken: Set<ServerNote>
}

/** Whatever is refused on its way. False as soon as nobody answers. */
export async function liveServer(life: Life): Promise<boolean> {
  const { client } = life
  const images = await client.ask('GET', '/image/v2/images?name=berth-tiny')
  if (images === null) return false
  const imageRef = textIn(images.body['images']?.['0']?.['id'])
  const server = pickUp(life) ?? (await create(life, imageRef))
  if (server === null) return false
  if (server === 'refused') return await pause()
  const answered = await spend(life, server, imageRef)
  life.taken.delete(server)
  return answered
}

/** One that is there already, half of the time: with it something is under way as soon as the load begins. */
function pickUp({ ledger, random, taken }: Life): ServerNote | null {
  const free = ledger.servers.filter((each) => each.delete === 'no' && !taken.has(each))
  if (free.length === 0 || random.below(2) === 0) return null
  const server = pick(random, free)
  taken.add(server)
  return server
}

async function spend(life: Life, server: ServerNote, imageRef: string): Promise<boolean> {
  const { ledger, random, running } = life
  for (let left = 2 + random.below(8); left > 0 && running.on; left -= 1) {
    const turn = random.below(6)
    const answered =
      turn === 0
        ? await useVolume(life, server)
        : turn === 1
          ? await usePort(life, server)
          : await act(life, server, imageRef)
    if (!answered) return false
  }
  const kept = ledger.servers.filter((each) => each.delete === 'no').length
  if (random.below(4) === 0 && kept < keptMax) return true
  return await remove(life, server)
}

async function create(
  { client, ledger, random, taken }: Life,
  imageRef: string,
): Promise<ServerNote | 'refused' | null> {
  const name = `crash-${randomUUID().slice(0, 8)}`
  const [flavorRef, flavor] = pick(random, Object.entries(sizes))
  const server = { name, flavorRef, networks: 'auto', imageRef }
  const made = ledger.note('create', await client.ask('POST', '/compute/v2.1/servers', { server }))
  if (made === null) return null
  if (made.status !== 202) return 'refused'
  const wish = { request: requestId(made), act: 'create', then: ['ACTIVE'], flavor }
  const note = newServer(textIn(made.body['server']?.['id']), wish)
  ledger.servers.push(note)
  taken.add(note)
  return note
}

/** One act that fits, mostly when the one before is over and now and then in the middle of it. */
async function act(life: Life, server: ServerNote, imageRef: string): Promise<boolean> {
  const { client, ledger, random } = life
  const path = `/compute/v2.1/servers/${server.id}`
  let status = ''
  for (let looks = random.below(4) === 0 ? 1 : looksMax; looks > 0; looks -= 1) {
    const seen = await client.ask('GET', path)
    if (seen === null) return false
    status = textIn(seen.body['server']?.['status'])
    if (seen.body['server']?.['OS-EXT-STS:task_state'] === null) break
    await pause()
  }
  const chosen = chooseAct(random, status)
  if (chosen === null) return await pause()
  const [name, { then, ask }] = chosen
  const { body, flavor = null } = ask({ random, imageRef })
  const reply = ledger.note(name, await client.ask('POST', `${path}/action`, body))
  if (reply === null) return false
  if (reply.status < 300) {
    server.last = { request: requestId(reply), act: name, then, flavor }
    server.requests.push(requestId(reply))
  }
  if (name === 'os-migrateLive' && random.below(3) === 0) return await callOff(life, server)
  return random.below(2) === 0 ? await pause() : true
}

/** Calls a live migration off, if that can be done yet or still. */
async function callOff({ client, ledger }: Life, server: ServerNote): Promise<boolean> {
  const path = `/compute/v2.1/servers/${server.id}/migrations`
  const moves = await client.ask('GET', path)
  if (moves === null) return false
  const move = textIn(moves.body['migrations']?.['0']?.['id'])
  if (move === '') return await pause()
  const reply = ledger.note('abort', await client.ask('DELETE', `${path}/${move}`))
  if (reply === null) return false
  if (reply.status < 300) server.requests.push(requestId(reply))
  return true
}

/** A volume that the server gets, and sometimes loses again. */
async function useVolume(life: Life, server: ServerNote): Promise<boolean> {
  const { client, ledger, random } = life
  const volumes = `/volume/v3/${client.projectId}/volumes`
  const made = ledger.note(
    'create volume',
    await client.ask('POST', volumes, { volume: { size: 1 } }),
  )
  if (made === null) return false
  if (made.status !== 202) return await pause()
  const id = textIn(made.body['volume']?.['id'])
  const note: VolumeNote = { id, delete: 'no' }
  ledger.volumes.push(note)
  const body = { volumeAttachment: { volumeId: id } }
  const among = server.volumes
  const path = `/compute/v2.1/servers/${server.id}/os-volume_attachments`
  const attached = await join(life, server, { what: 'volume', among, path, body, read: () => id })
  if (attached === null) return false
  if (attached !== 'refused') {
    if (random.below(3) > 0) return await pause()
    return await part(life, server, { what: 'volume', among, path, id })
  }
  note.delete = 'asked'
  const gone = ledger.note('delete volume', await client.ask('DELETE', `${volumes}/${id}`))
  if (gone === null) return false
  note.delete = gone.status === 202 ? 'accepted' : 'no'
  return true
}

/** A port that is plugged in, and sometimes taken out again. */
async function usePort(life: Life, server: ServerNote): Promise<boolean> {
  const path = `/compute/v2.1/servers/${server.id}/os-interface`
  const read = (body: Body): string => textIn(body['interfaceAttachment']?.['port_id'])
  const body = { interfaceAttachment: {} }
  const among = server.ports
  const plugged = await join(life, server, { what: 'port', among, path, body, read })
  if (plugged === null) return false
  if (plugged === 'refused' || life.random.below(2) === 0) return await pause()
  return await part(life, server, { what: 'port', among, path, id: plugged })
}

/** Something that a server can have. */
type Part = {
  readonly what: 'port' | 'volume'
  readonly among: Map<string, Standing>
  readonly path: string
}

/** Answers the id of what the server got. What is answered is done. Null when nobody answers. */
async function join(
  { client, ledger }: Life,
  server: ServerNote,
  wanted: Part & { readonly body: object; readonly read: (body: Body) => string },
): Promise<string | null> {
  const reply = await client.ask('POST', wanted.path, wanted.body)
  if (ledger.note(`attach ${wanted.what}`, reply) === null || reply === null) return null
  if (reply.status !== 200) return 'refused'
  const id = wanted.read(reply.body)
  wanted.among.set(id, 'there')
  server.requests.push(requestId(reply))
  return id
}

/** What is answered is accepted: by the time that everything is at rest it is done. */
async function part(
  { client, ledger }: Life,
  server: ServerNote,
  { what, among, path, id }: Part & { readonly id: string },
): Promise<boolean> {
  among.set(id, 'in doubt')
  const reply = ledger.note(`detach ${what}`, await client.ask('DELETE', `${path}/${id}`))
  if (reply === null) return false
  among.set(id, reply.status === 202 ? 'gone' : 'there')
  if (reply.status === 202) server.requests.push(requestId(reply))
  return true
}

async function remove({ client, ledger }: Life, server: ServerNote): Promise<boolean> {
  server.delete = 'asked'
  const path = `/compute/v2.1/servers/${server.id}`
  const gone = ledger.note('delete', await client.ask('DELETE', path))
  if (gone === null) return false
  if (gone.status === 204) server.delete = 'accepted'
  else server.delete = 'no'
  return true
}

/** A moment for others. */
export async function pause(): Promise<true> {
  await new Promise((resolve) => {
    setTimeout(resolve, 5)
  })
  return true
}
