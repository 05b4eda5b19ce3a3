/** An operator under load, who takes a host for lost now and then and saves what was on it. */
import { pick } from './acts.ts'
import type { Body, Client } from './client.ts'
import { requestId, textIn } from './ledger.ts'
import type { Life } from './lives.ts'
import { pause } from './lives.ts'

const services = '/compute/v2.1/os-services'
/** How long a host may take to give back what was evacuated from it. */
const cleanWithinMs = 30_000
/** How often is looked whether an evacuation, or the cleaning after it, is over. */
const looksMax = 60

/** False as soon as nobody answers. */
export async function loseHost({ client, ledger, random, running }: Life): Promise<boolean> {
  const hosts = await computeServices(client)
  if (hosts === null) return false
  const { id, host } = pick(random, hosts)
  const path = `${services}/${id}`
  const lost = ledger.note('lose host', await client.ask('PUT', path, { forced_down: true }))
  if (lost === null) return false
  const saved: string[] = []
  for (const server of ledger.servers.slice()) {
    if (server.delete !== 'no' || !running.on) continue
    const own = `/compute/v2.1/servers/${server.id}`
    const seen = await client.ask('GET', own)
    if (seen === null) return false
    if (textIn(seen.body['server']?.['OS-EXT-SRV-ATTR:host']) !== host) continue
    const body = { evacuate: {} }
    const reply = ledger.note('evacuate', await client.ask('POST', `${own}/action`, body))
    if (reply === null) return false
    if (reply.status !== 200) continue
    const then = ['ACTIVE', 'SHUTOFF']
    server.last = { request: requestId(reply), act: 'evacuate', then, flavor: null }
    server.requests.push(requestId(reply))
    saved.push(own)
  }
  // Now and then the host is back before they are saved.
  for (const own of random.below(4) === 0 ? [] : saved) {
    for (let looks = looksMax; looks > 0 && running.on; looks -= 1) {
      const seen = await client.ask('GET', own)
      if (seen === null) return false
      if (textIn(seen.body['server']?.['OS-EXT-STS:task_state']) === '') break
      await pause()
    }
  }
  for (let looks = looksMax; looks > 0 && running.on; looks -= 1) {
    const back = ledger.note('host back', await client.ask('PUT', path, { forced_down: false }))
    if (back === null) return false
    if (back.status === 200) return true
    await pause()
  }
  return true
}

/** Uses every host again, once what was evacuated from it is gone from there. Answers what is wrong. */
export async function useAllHosts(client: Client): Promise<readonly string[]> {
  const until = performance.now() + cleanWithinMs
  for (;;) {
    const lost = (await computeServices(client))?.filter(({ isLost }) => isLost)
    if (lost?.length === 0) return []
    const said: unknown[] = []
    for (const { id } of lost ?? [])
      said.push((await client.ask('PUT', `${services}/${id}`, { forced_down: false }))?.body)
    if (performance.now() > until) return [`a host cannot be used again: ${JSON.stringify(said)}`]
    await pause()
  }
}

type Service = { readonly id: string; readonly host: string; readonly isLost: boolean }

async function computeServices(client: Client): Promise<readonly Service[] | null> {
  const reply = await client.ask('GET', `${services}?binary=nova-compute`)
  if (reply === null) return null
  const list: unknown = reply.body['services']
  if (!Array.isArray(list)) throw new Error(`${services} answered ${reply.status}`)
  return list.map((each: Body) => ({
    id: textIn(each['id']),
    host: textIn(each['host']),
    isLost: Boolean(each['forced_down']),
  }))
}
