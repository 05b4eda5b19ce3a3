/** The schema's growth, in order. Append only. */
import { compute } from './0002-compute.ts'
import { foundation } from './0001-foundation.ts'
import { groups } from './0012-groups.ts'
import { volumeRecords } from './0013-volume-records.ts'
import { networkTags } from './0014-network-tags.ts'
import { providerNetworks } from './0015-provider-networks.ts'
import { subnetPools } from './0016-subnet-pools.ts'
import { portsOfRouters } from './0017-ports-of-routers.ts'
import { limitsOfUsers } from './0018-limits-of-users.ts'
import { listsOfServers } from './0019-lists-of-servers.ts'
import { keptOfAccounts } from './0020-kept-of-accounts.ts'
import { catalog } from './0021-catalog.ts'
import { accessRules } from './0022-access-rules.ts'
import { namesAndScopes } from './0023-names-and-scopes.ts'
import { volumeBackups } from './0024-volume-backups.ts'
import { addressGroups } from './0025-address-groups.ts'
import { trusts } from './0026-trusts.ts'
import { placement } from './0003-placement.ts'
import { identity } from './0004-identity.ts'
import { image } from './0005-image.ts'
import { network } from './0006-network.ts'
import { operations } from './0007-operations.ts'
import { quietCommits } from './0010-quiet-commits.ts'
import { consoles } from './0009-consoles.ts'
import { shares } from './0011-shares.ts'
import { volume } from './0008-volume.ts'
import type { Upgrade } from './upgrade.ts'

export const upgrades: readonly Upgrade[] = [
  foundation,
  compute,
  placement,
  identity,
  image,
  network,
  operations,
  volume,
  consoles,
  quietCommits,
  shares,
  groups,
  volumeRecords,
  networkTags,
  providerNetworks,
  subnetPools,
  portsOfRouters,
  limitsOfUsers,
  listsOfServers,
  keptOfAccounts,
  catalog,
  accessRules,
  namesAndScopes,
  volumeBackups,
  addressGroups,
  trusts,
]
