/** What one consumer holds: so much of a class on a provider. */
import type { MigrationId, ProjectId, ProviderId, ServerId, UserId } from '../ids.ts'

export type Amount = {
  readonly provider: ProviderId
  readonly resourceClass: string
  readonly amount: number
}

/**
 * Who holds. A server's and a migration's consumer has its very id and cannot outlive it; `other` are consumers that clients
 * of Placement made for purposes of their own.
 */
export type Holder = {
  readonly projectId: ProjectId
  readonly userId: UserId
} & (
  | { readonly kind: 'server'; readonly id: ServerId }
  | { readonly kind: 'migration'; readonly id: MigrationId }
  | { readonly kind: 'other'; readonly id: string; readonly type: string | null }
)

/** What Placement calls the kind of a consumer. */
export function consumerTypeOf(holder: Holder): string | null {
  if (holder.kind === 'server') return 'INSTANCE'
  return holder.kind === 'migration' ? 'MIGRATION' : holder.type
}
