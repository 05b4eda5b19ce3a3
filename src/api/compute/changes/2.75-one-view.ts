import { change, without, steps, each } from '../change.ts'
import type { StepBack } from '../change.ts'
import { plainAddresses } from '../views/addresses.ts'
import type { AddressesByNetwork } from '../views/addresses.ts'
import { taking, tolerant, both } from '../schemas/json-schema.ts'
import { olderSortKeys } from '../schemas/server-list.ts'
import { everyHypervisor } from './documents.ts'

/** What only showing told. */
const extended = [
  'OS-EXT-AZ:availability_zone',
  'config_drive',
  'OS-SRV-USG:launched_at',
  'OS-SRV-USG:terminated_at',
  'OS-EXT-SRV-ATTR:host',
  'OS-EXT-SRV-ATTR:instance_name',
  'OS-EXT-SRV-ATTR:hypervisor_hostname',
  'OS-EXT-SRV-ATTR:reservation_id',
  'OS-EXT-SRV-ATTR:launch_index',
  'OS-EXT-SRV-ATTR:hostname',
  'OS-EXT-SRV-ATTR:kernel_id',
  'OS-EXT-SRV-ATTR:ramdisk_id',
  'OS-EXT-SRV-ATTR:root_device_name',
  'OS-EXT-SRV-ATTR:user_data',
  'OS-EXT-STS:task_state',
  'OS-EXT-STS:vm_state',
  'OS-EXT-STS:power_state',
  'os-extended-volumes:volumes_attached',
  'security_groups',
  'host_status',
]

/** Addresses were told without what kind they are and whose MAC they have. */
const bareAddresses: StepBack<{ readonly addresses: AddressesByNetwork }> = (document, full) => ({
  ...document,
  addresses: plainAddresses(full.addresses),
})

/** A host without servers had no list of them. */
const withoutEmptyServers: StepBack<{ readonly servers: readonly unknown[] | null }> = (
  document,
  full,
) => (full.servers?.length === 0 ? without('servers')(document, full) : document)

export default change(
  '2.75',
  'Updating answers as showing does, nothing unknown is overlooked, and a swap of nothing is 0',
  {
    responses: {
      flavor: (document) => ({ ...document, swap: document['swap'] === 0 ? '' : document['swap'] }),
      serverUpdated: steps(without(...extended, 'key_name'), bareAddresses),
      serverRebuilt: steps(without(...extended), bareAddresses),
      ...everyHypervisor(withoutEmptyServers),
    },
    queries: {
      ...each(
        ['servers.list', 'servers.detail'],
        both(tolerant, taking('sort_key', olderSortKeys)),
      ),
      ...each(
        [
          'assistedSnapshots.delete',
          'flavors.list',
          'flavors.detail',
          'keypairs.list',
          'keypairs.show',
          'keypairs.delete',
          'limits.show',
          'quotas.show',
          'quotas.update',
          'quotas.delete',
          'quotas.detail',
          'serverGroups.list',
          'services.list',
          'server.volumes.list',
          'usage.list',
          'usage.show',
        ],
        tolerant,
      ),
    },
  },
)
