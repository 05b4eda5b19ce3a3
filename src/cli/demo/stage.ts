/**
 * What the story does with the cloud, through its public APIs alone: boots, resizes, looks, deletes.
 *
 * Whatever waits, waits for a state that is asked for again and again; what does not come in time is a problem.
 */
import type { Clock } from '../../lib/clock.ts'
import { isProblem, problem } from '../../lib/problem.ts'
import type { Client } from '../client.ts'
import { listOperations } from '../commands/operations.ts'
import type { OperationDocument } from '../commands/operations.ts'

export type Size = { readonly vcpus: number; readonly memoryMb: number; readonly diskGb: number }

export type ServerDocument = {
  readonly id: string
  readonly status: string
  readonly 'OS-EXT-SRV-ATTR:host': string | null
  readonly fault?: { readonly message: string }
}

const compute = '/compute/v2.1'
const lookAgainMs = 15
const patienceMs = 30_000

export class Stage {
  readonly client: Client
  readonly #clock: Clock
  #signal: AbortSignal
  readonly #flavors: string[] = []
  readonly #servers: string[] = []

  constructor(client: Client, clock: Clock, signal: AbortSignal) {
    this.client = client
    this.#clock = clock
    this.#signal = signal
  }

  /** The id of a new flavor. */
  async flavor(name: string, { vcpus, memoryMb, diskGb }: Size): Promise<string> {
    const flavor = { name, vcpus, ram: memoryMb, disk: diskGb }
    const made = await this.client.send<{ flavor: { id: string } }>('POST', `${compute}/flavors`, {
      flavor,
    })
    this.#flavors.push(made.flavor.id)
    return made.flavor.id
  }

  /** A new server that has been built on that host. */
  async boot(name: string, flavorRef: string, host: string): Promise<ServerDocument> {
    const { images } = await this.client.get<{ images: readonly { id: string }[] }>(
      '/image/v2/images?status=active&limit=1',
    )
    const imageRef = images[0]?.id
    if (imageRef === undefined) throw problem('not-found', 'The cloud has no image to boot from')
    const server = { name, flavorRef, imageRef, networks: 'none', host }
    const made = await this.client.send<{ server: { id: string } }>('POST', `${compute}/servers`, {
      server,
    })
    this.#servers.push(made.server.id)
    return await this.#atRest(made.server.id)
  }

  /** Asks for a resize and does not wait. */
  async beginResize(id: string, flavorRef: string, policy: string): Promise<void> {
    const headers = { 'X-Berth-Failure-Policy': policy }
    await this.client.send(
      'POST',
      `${compute}/servers/${id}/action`,
      { resize: { flavorRef } },
      headers,
    )
  }

  async hardReboot(id: string): Promise<ServerDocument> {
    await this.client.send('POST', `${compute}/servers/${id}/action`, { reboot: { type: 'HARD' } })
    return await this.#atRest(id)
  }

  /** Waits until the server's newest operation is at that step. False when it ended without having been seen there. */
  async reaches(id: string, step: string): Promise<boolean> {
    const found = await this.#until(`the step ${step}`, async () => {
      const newest = await this.#newestOperation(id)
      return newest?.step?.name === step || newest?.ended_at != null ? (newest ?? null) : null
    })
    return found.step?.name === step
  }

  /** Whether the server's newest operation is at that step. */
  async isAt(id: string, step: string): Promise<boolean> {
    return (await this.#newestOperation(id))?.step?.name === step
  }

  /** The server once no operation owns it and nothing is left to be cleaned up after it. */
  async settled(id: string): Promise<ServerDocument> {
    await this.#until('the end of every operation', async () => {
      const underWay = await listOperations(this.client)
      return underWay.some(({ subject }) => subject.includes(id)) ? null : underWay
    })
    return await this.#show(id)
  }

  /** Deletes a server and waits until it is gone. */
  async remove(id: string): Promise<void> {
    await this.client.send('DELETE', `${compute}/servers/${id}`)
    await this.#until('the end of the server', async () => await this.#isGone(id))
    this.#servers.splice(this.#servers.indexOf(id), 1)
  }

  /** Ids of the moves that the server has made or tried. */
  async migrations(id: string): Promise<readonly string[]> {
    const { migrations } = await this.client.get<{ migrations: readonly { uuid: string }[] }>(
      `${compute}/os-migrations?instance_uuid=${id}`,
    )
    return migrations.map(({ uuid }) => uuid)
  }

  /** Takes away everything that was made here, also when nobody wants to see more of it. */
  async clear(): Promise<void> {
    this.#signal = new AbortController().signal
    while (this.#servers[0] !== undefined) await this.remove(this.#servers[0])
    for (const id of this.#flavors.splice(0)) {
      await this.client.send('DELETE', `${compute}/flavors/${id}`)
    }
  }

  async #newestOperation(id: string): Promise<OperationDocument | undefined> {
    return (await listOperations(this.client, id))[0]
  }

  async #show(id: string): Promise<ServerDocument> {
    const path = `${compute}/servers/${id}`
    return (await this.client.get<{ server: ServerDocument }>(path)).server
  }

  async #atRest(id: string): Promise<ServerDocument> {
    const server = await this.settled(id)
    if (server.status === 'ACTIVE') return server
    throw problem(
      'failed',
      `The server is ${server.status}: ${server.fault?.message ?? 'who knows why'}`,
    )
  }

  async #isGone(id: string): Promise<true | null> {
    try {
      await this.#show(id)
      return null
    } catch (thrown) {
      if (isProblem(thrown, 'not-found')) return true
      throw thrown
    }
  }

  async #until<T>(what: string, look: () => Promise<T | null>): Promise<T> {
    const giveUpAt = this.#clock.now() + patienceMs
    for (;;) {
      const found = await look()
      if (found !== null) return found
      if (this.#clock.now() > giveUpAt) {
        throw problem('unavailable', `Waited in vain for ${what}`)
      }
      await this.#clock.sleep(lookAgainMs, this.#signal)
    }
  }
}
