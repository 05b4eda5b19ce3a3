/**
 * Consoles: which kinds there are, what clients call them, and where one leads.
 *
 * Who asks for a console gets a URL with a token in it. The token is good for a while; whoever stands before the hosts and
 * passes connections on asks what it is good for.
 */
import type { Instant } from '../lib/clock.ts'
import type { HostName, ServerId } from './ids.ts'

export type ConsoleKind = 'novnc' | 'spice-html5' | 'serial' | 'webmks' | 'spice-direct'

/** What speaks each kind. */
export const protocols: Readonly<Record<ConsoleKind, string>> = {
  novnc: 'vnc',
  'spice-html5': 'spice',
  'spice-direct': 'spice',
  serial: 'serial',
  webmks: 'mks',
}

/** Where a host answers for the console of a guest. */
export type ConsolePlace = {
  readonly host: string
  readonly port: number
  readonly tlsPort: number | null
  /** What has to be said to the host first, where one port leads to several consoles. */
  readonly path: string | null
}

/** What a token is good for. The token itself is kept as a hash only. */
export type ConsoleToken = {
  readonly hash: string
  readonly serverId: ServerId
  /** The token is no good any more once the server is somewhere else. */
  readonly onHost: HostName
  readonly kind: ConsoleKind
  readonly place: ConsolePlace
  readonly expiresAt: Instant
}

/** How long a token is good, in ms. */
export const tokenLifeMs = 600_000

/** The kind that is called so and spoken so; null when there is none. */
export function consoleKind(protocol: string, type: string): ConsoleKind | null {
  if (!Object.hasOwn(protocols, type)) return null
  const kind = type as ConsoleKind // a key of the table
  return protocols[kind] === protocol ? kind : null
}

/** The last lines of a console's text: all of them for null or a negative number. */
export function lastLines(text: string, count: number | null): string {
  if (count === null || count < 0) return text
  return count === 0 ? '' : text.split('\n').slice(-count).join('\n')
}
