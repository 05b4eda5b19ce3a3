/** Where a console's connection leads, for the proxy that holds its token. */
import type { ConsolePlace } from '../../../domain/console.ts'
import type { Wire } from '../change.ts'

export type ConsoleTarget = ConsolePlace & { readonly serverId: string }

export function consoleToken(of: ConsoleTarget): Wire {
  return {
    instance_uuid: of.serverId,
    host: of.host,
    port: of.port,
    tls_port: of.tlsPort,
    internal_access_path: of.path,
  }
}
