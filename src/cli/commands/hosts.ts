/** `berth hosts`: what is believed of every host, and what is really on one. */
import type { Client } from '../client.ts'
import { table } from '../layout.ts'
import type { Terminal } from '../terminal.ts'

export type HostDocument = {
  readonly name: string
  readonly zone: string
  readonly up: boolean
  readonly enabled: boolean
  readonly provider: string
  readonly resources: Readonly<Record<string, { readonly total: number; readonly used: number }>>
  readonly guests: number | null
}

export type GuestDocument = {
  readonly server: string
  readonly role: 'guest' | 'incoming' | 'remains' | 'source-copy'
  readonly power: string
  readonly vcpus: number
  readonly memory_mb: number
  readonly disk_gb: number
  readonly disk: string | null
  readonly plugged: readonly string[]
}

export async function listHosts(client: Client): Promise<readonly HostDocument[]> {
  return (await client.get<{ hosts: readonly HostDocument[] }>('/berth/v1/hosts')).hosts
}

export async function listGuests(client: Client, host: string): Promise<readonly GuestDocument[]> {
  const path = `/berth/v1/hosts/${encodeURIComponent(host)}/guests`
  return (await client.get<{ guests: readonly GuestDocument[] }>(path)).guests
}

export async function hosts(
  client: Client,
  terminal: Terminal,
  host: string | undefined,
  { json }: { readonly json?: boolean },
): Promise<number> {
  if (host === undefined) {
    const all = await listHosts(client)
    if (json === true) terminal.json({ hosts: all })
    else showHosts(all, terminal)
  } else {
    const guests = await listGuests(client, host)
    if (json === true) terminal.json({ guests })
    else showGuests(guests, host, terminal)
  }
  return 0
}

const classes = ['VCPU', 'MEMORY_MB', 'DISK_GB']

function showHosts(all: readonly HostDocument[], terminal: Terminal): void {
  if (all.length === 0) {
    terminal.line('There are no hosts.')
    return
  }
  const rows = all.map((host) => [
    host.name,
    host.zone,
    stateOf(host),
    ...classes.map((name) => {
      const { used = 0, total = 0 } = host.resources[name] ?? {}
      return `${used}/${total}`
    }),
    host.guests ?? '?',
  ])
  terminal.line('Used of what there is, by Placement; and how many guests are really there.')
  terminal.line()
  const head = ['host', 'zone', 'state', ...classes, 'guests']
  for (const line of table(head, rows, 2)) terminal.line(line)
}

function stateOf({ up, enabled }: HostDocument): string {
  if (!up) return enabled ? 'down' : 'down, disabled'
  return enabled ? 'up' : 'disabled'
}

function showGuests(guests: readonly GuestDocument[], host: string, terminal: Terminal): void {
  if (guests.length === 0) {
    terminal.line(`Nothing is on ${host}.`)
    return
  }
  const head = ['server', 'is', 'power', 'VCPU', 'MB', 'GB', 'ports']
  const rows = guests.map((guest) => [
    guest.server,
    guest.role,
    guest.power,
    guest.vcpus,
    guest.memory_mb,
    guest.disk_gb,
    guest.plugged.length,
  ])
  for (const line of table(head, rows)) terminal.line(line)
}
