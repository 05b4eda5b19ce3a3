/**
 * Every kind of document, by name: what it is made from, and how it is written at the newest version.
 *
 * Changes walk these documents back; the name is what they speak of.
 */
import type { Diagnostics } from '../../domain/diagnostics.ts'
import type { Port } from '../../domain/network/network.ts'
import type { Keypair } from '../../domain/keypair.ts'
import type { Flavor } from '../../domain/flavor.ts'
import type { ServerShown } from '../../app/shown-servers.ts'
import type { AggregateShown } from '../../app/aggregates.ts'
import type { HypervisorShown } from '../../app/hypervisors.ts'
import type { MigrationShown } from '../../app/migrations.ts'
import type { ActionShown } from '../../app/server-actions.ts'
import type { ServerGroup } from '../../domain/server-group.ts'
import type { ServiceShown } from '../../app/services.ts'
import type { Limits } from '../../domain/quota.ts'
import type { QuotaUse, UsedLimits } from '../../app/quotas.ts'
import type { Wire } from './change.ts'
import { aggregate, aggregateCreated } from './views/aggregate.ts'
import { interfaceAttachment, volumeAttachment, volumeAttachmentMade } from './views/attachments.ts'
import type { VolumeAttached } from './views/attachments.ts'
import { consoleToken } from './views/console-token.ts'
import type { ConsoleTarget } from './views/console-token.ts'
import { diagnostics } from './views/diagnostics.ts'

import { flavor, flavorBrief } from './views/flavor.ts'
import { hypervisor, hypervisorBrief } from './views/hypervisor.ts'
import { instanceAction, instanceActionBrief } from './views/instance-action.ts'
import { keypair, keypairBrief, keypairCreated } from './views/keypair.ts'
import type { KeypairMade } from './views/keypair.ts'
import { limits } from './views/limits.ts'
import { migration, serverMigration } from './views/migration.ts'
import { quotaClass, quotaDetail, quotaSet, quotaUpdated } from './views/quota.ts'
import { server, serverBrief, serverDetail, serverRebuilt } from './views/server.ts'
import { serverGroup } from './views/server-group.ts'
import { service } from './views/service.ts'
import type { Viewing } from './viewing.ts'

/** What each document is made from. */
export type Facts = {
  readonly server: ServerShown
  /** An entry of the detailed list. */
  readonly serverDetail: ServerShown
  readonly serverBrief: ServerShown
  /** The answer to an update. */
  readonly serverUpdated: ServerShown
  /** The answer to a rebuild. */
  readonly serverRebuilt: ServerShown
  readonly flavor: Flavor
  readonly flavorBrief: Flavor
  readonly keypair: Keypair
  readonly keypairBrief: Keypair
  readonly keypairCreated: KeypairMade
  readonly serverGroup: ServerGroup
  readonly aggregate: AggregateShown
  readonly aggregateCreated: AggregateShown
  readonly service: ServiceShown
  readonly hypervisor: HypervisorShown
  readonly hypervisorBrief: HypervisorShown
  readonly migration: MigrationShown
  readonly serverMigration: MigrationShown
  readonly instanceAction: ActionShown
  readonly instanceActionBrief: ActionShown
  readonly diagnostics: Diagnostics
  readonly interfaceAttachment: Port
  readonly volumeAttachment: VolumeAttached
  /** The answer to attaching, as long as there was one. */
  readonly volumeAttachmentMade: VolumeAttached
  readonly consoleToken: ConsoleTarget
  readonly limits: UsedLimits
  readonly quotaSet: QuotaOf<Limits>
  readonly quotaUpdated: QuotaOf<Limits>
  readonly quotaDetail: QuotaOf<QuotaUse>
  readonly quotaClass: QuotaOf<Limits>
}

/** Values by resource, with the id of the project or class they are about. */
export type QuotaOf<T> = { readonly id: string; readonly values: T }

export const views: {
  readonly [D in keyof Facts]: (facts: Facts[D], viewing: Viewing) => Wire
} = {
  server,
  serverDetail,
  serverBrief,
  serverUpdated: server,
  serverRebuilt,
  flavor,
  flavorBrief,
  keypair,
  keypairBrief,
  keypairCreated,
  serverGroup,
  aggregate,
  aggregateCreated,
  service,
  hypervisor,
  hypervisorBrief,
  migration,
  serverMigration,
  instanceAction,
  instanceActionBrief,
  diagnostics,
  interfaceAttachment,
  volumeAttachment,
  volumeAttachmentMade,
  consoleToken,
  limits,
  quotaSet,
  quotaUpdated,
  quotaDetail,
  quotaClass,
}
