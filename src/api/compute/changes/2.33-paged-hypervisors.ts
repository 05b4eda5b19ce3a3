import { change, each } from '../change.ts'
import { lacking, taking } from '../schemas/json-schema.ts'
import { tag } from '../schemas/parts.ts'

export default change('2.33', 'Hypervisors come in pages; tags of disks are refused by mistake', {
  requests: { 'servers.create': taking('server.block_device_mapping_v2[].tag', tag) },
  queries: each(['hypervisors.list', 'hypervisors.detail'], lacking('limit', 'marker')),
  adopts: ['hypervisorsComeInPages'],
})
