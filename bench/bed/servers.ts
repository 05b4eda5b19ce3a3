/** Servers as a client of the API makes, moves and awaits them. */
import type { Api } from './berth.ts'

export type Servers = {
  /** Boots one and resolves with its id when it is ACTIVE. */
  boot(name: string): Promise<string>
  /** Resolves when the server is seen with that status; one that was seen since it was last asked about counts. */
  until(id: string, status: string): Promise<void>
  /** Asks for a change and resolves when the server has that status. */
  change(id: string, body: object, status: string): Promise<void>
  remove(id: string): Promise<void>
}

type Choice = { readonly flavor: string; readonly networks: 'none' | 'auto' }

const usual: Choice = { flavor: '1', networks: 'auto' }

/**
 * Follows the event stream: seeing a server become ACTIVE then costs the server what it would cost for a real client that
 * waits, and not what it costs to be asked a hundred times.
 */
export async function openServers(api: Api, choice: Partial<Choice> = {}): Promise<Servers> {
  const { flavor, networks } = { ...usual, ...choice }
  const image = await firstImage(api)
  const seen = new Map<string, string>()
  const waiting = new Map<
    string,
    { status: string; done: () => void; failed: (e: Error) => void }
  >()
  const see = (id: string, status: string): void => {
    const waiter = waiting.get(id)
    if (waiter === undefined) {
      seen.set(id, status)
      return
    }
    if (status !== waiter.status && status !== 'ERROR') return
    waiting.delete(id)
    if (status === waiter.status) waiter.done()
    else waiter.failed(new Error(`server ${id} is in error`))
  }
  await api.listen('/berth/v1/events', linesTo(see))

  const until = async (id: string, status: string): Promise<void> => {
    const last = seen.get(id)
    seen.delete(id)
    if (last === status) return
    await new Promise<void>((done, failed) => waiting.set(id, { status, done, failed }))
  }
  const servers: Servers = {
    until,
    boot: async (name) => {
      const server = { name, flavorRef: flavor, imageRef: image, networks }
      const answer = (await api.json('/compute/v2.1/servers', {
        method: 'POST',
        body: { server },
      })) as { readonly server: { readonly id: string } }
      await until(answer.server.id, 'ACTIVE')
      return answer.server.id
    },
    change: async (id, body, status) => {
      seen.delete(id)
      const path = `/compute/v2.1/servers/${id}/action`
      await api.ask(path, { method: 'POST', body })
      await until(id, status)
    },
    remove: async (id) => {
      seen.delete(id)
      await api.ask(`/compute/v2.1/servers/${id}`, { method: 'DELETE' })
      await until(id, 'DELETED')
    },
  }
  return servers
}

/** Lets the administrator's project have as many servers as it likes. */
export async function liftQuotas(api: Api): Promise<void> {
  const found = (await api.json('/identity/v3/projects?name=admin')) as {
    readonly projects: readonly { readonly id: string }[]
  }
  const unlimited = { instances: -1, cores: -1, ram: -1 }
  const path = `/compute/v2.1/os-quota-sets/${found.projects[0]?.id ?? ''}`
  await api.ask(path, { method: 'PUT', body: { quota_set: unlimited } })
}

async function firstImage(api: Api): Promise<string> {
  const found = (await api.json('/image/v2/images?limit=1')) as {
    readonly images: readonly { readonly id: string }[]
  }
  return found.images[0]?.id ?? ''
}

/** Pieces of a stream of events become what they say of servers. */
function linesTo(see: (id: string, status: string) => void): (piece: string) => void {
  let rest = ''
  return (piece) => {
    const lines = (rest + piece).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (!line.startsWith('data: {')) continue
      const event = JSON.parse(line.slice('data: '.length)) as Partial<
        Record<'server' | 'status', string>
      >
      if (event.server != null && event.status != null) see(event.server, event.status)
    }
  }
}
