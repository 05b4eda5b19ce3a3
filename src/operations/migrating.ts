/** What operations that move a server have in common. */
import type { MigrationId } from '../domain/ids.ts'
import type { Holder } from '../domain/placement/holding.ts'
import type { Server } from '../domain/server.ts'

/** A migration as one who holds, on behalf of its server's owner. */
export function migrationHolder(server: Server, id: MigrationId): Holder {
  return { kind: 'migration', id, projectId: server.projectId, userId: server.userId }
}
