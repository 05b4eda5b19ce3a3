/**
 * A bounded load: clients that create, move, decide and delete servers with volumes and ports, an operator who loses hosts, and
 * some who write allocations and records of every other kind.
 */
import { randomUUID } from 'node:crypto'
import type { Random } from '../../src/lib/random.ts'
import type { Client } from './client.ts'
import { textIn } from './ledger.ts'
import type { AllocationNote, Ledger, ServerNote } from './ledger.ts'
import { liveServer, pause } from './lives.ts'
import type { Life } from './lives.ts'
import { loseHost } from './operator.ts'
import { changeLimits, liveRecord } from './records.ts'

export type Load = { readonly stop: () => void; readonly over: Promise<void> }

/** What each of the clients does, over and over. */
const clients: readonly ((life: Life) => Promise<boolean>)[] = [
  writeAllocation,
  writeAllocation,
  liveRecord,
  async (life) => await (life.random.below(5) === 0 ? changeLimits(life) : liveRecord(life)),
  async (life) => await (life.random.below(3) === 0 ? loseHost(life) : liveServer(life)),
  liveServer,
  liveServer,
  liveServer,
]

/** Begins the load. It ends when it is told to, or when nobody answers any more. */
export function beginLoad(client: Client, ledger: Ledger, random: Random): Load {
  const running = { on: true }
  const taken = new Set<ServerNote>()
  const lives = clients.map(async (live, number) => {
    const own = random.fork(`client ${number}`)
    const life = { client, ledger, random: own, running, taken }
    while (running.on) if (!(await live(life))) return
  })
  const stop = (): void => {
    running.on = false
  }
  return { stop, over: Promise.all(lives).then(() => {}) }
}

/** One consumer of somebody else's, given more or less memory on a provider. */
async function writeAllocation({ client, ledger, random }: Life): Promise<boolean> {
  const providers = await client.ask('GET', '/placement/resource_providers?name=host1')
  if (providers === null) return false
  const provider = textIn(providers.body['resource_providers']?.['0']?.['uuid'])
  const note: AllocationNote = { consumer: randomUUID(), megabytes: 0, inDoubt: null }
  ledger.allocations.push(note)
  let generation: number | null = null
  for (let left = 1 + random.below(3); left > 0; left -= 1) {
    // Now and then it gives everything back.
    const megabytes = generation === null ? 1 + random.below(16) : random.below(16)
    const allocations =
      megabytes === 0 ? {} : { [provider]: { resources: { MEMORY_MB: megabytes } } }
    note.inDoubt = megabytes
    const reply = ledger.note(
      'allocate',
      await client.ask('PUT', `/placement/allocations/${note.consumer}`, {
        allocations,
        project_id: client.projectId,
        user_id: 'crash',
        consumer_generation: generation,
      }),
    )
    if (reply === null) return false
    note.inDoubt = null
    if (reply.status !== 204) return await pause()
    note.megabytes = megabytes
    if (megabytes === 0) return await pause()
    generation = generation === null ? 1 : generation + 1
  }
  return await pause()
}
