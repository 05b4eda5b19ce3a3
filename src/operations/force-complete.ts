/**
 * Hurry a live move that is under way: it ends now, forwards.
 *
 * It is called under a subject of its own, because the move itself keeps the server's until it has ended.
 */
import type { HostName, ServerId } from '../domain/ids.ts'
import { nothing } from '../saga/nothing.ts'
import { on, operation } from './kit.ts'
import type { ServerParams } from './kit.ts'

export type ForceCompleteParams = ServerParams & { readonly source: HostName }

export const forceComplete = operation<ForceCompleteParams>('server.force-complete')
  .hostStep('hurried', 'Hurry the transfer', {
    event: 'compute_live_migration_force_complete',
    on: ({ p }) => p.source,
    do: async (c) => await on(c, c.p.source).liveMigrationForceComplete(c.p.serverId),
    undo: nothing('a move that has ended is not begun again'),
  })
  .end({ failed: async () => {} })

/** The subject under which a move of the server is steered. */
export function steeringSubject(serverId: ServerId): string {
  return `live-migration/${serverId}`
}
