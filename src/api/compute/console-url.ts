/** The URL of a console: where its page is, with the token where that kind of page looks for it. */
import type { ConsoleKind } from '../../domain/console.ts'
import type { OpenedConsole } from '../../app/server-consoles.ts'
import type { Links } from './links.ts'

/** Pages by the names that they have elsewhere, so that a proxy in front of them can go by the name. */
const pages: Readonly<Record<ConsoleKind, string>> = {
  novnc: 'vnc_auto.html',
  'spice-html5': 'spice_auto.html',
  'spice-direct': 'spice_direct',
  serial: 'serial',
  webmks: 'mks_auto.html',
}

export function consoleUrl({ origin }: Links, { kind, token }: OpenedConsole): string {
  const url = new URL(`/console/${pages[kind]}`, origin)
  // A serial console speaks over a web socket, and the page of VNC hands its `path` on to one.
  if (kind === 'serial') url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  if (kind === 'novnc') url.searchParams.set('path', `?token=${token}`)
  else url.searchParams.set('token', token)
  return url.href
}

/** The token in the query of such a URL. */
export function tokenIn(query: URLSearchParams): string | null {
  const path = query.get('path')
  return query.get('token') ?? (path === null ? null : new URLSearchParams(path).get('token'))
}
