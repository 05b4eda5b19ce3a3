import { change, having, each } from '../change.ts'
import type { StepBack } from '../change.ts'
import type { HypervisorShown } from '../../../app/hypervisors.ts'
import { serviceNumber } from '../../../app/services.ts'
import { countText } from '../schemas/queries.ts'
import { lacking, taking, tolerant, being, both } from '../schemas/json-schema.ts'
import { object, text, hostName, flag } from '../schemas/parts.ts'
import { many, anyText } from '../schemas/queries.ts'
import { everyHypervisor } from './documents.ts'

/** A service was named by its host and what it is, and the word in the path said what to do with it. */
const byName = object(
  { host: hostName, binary: text({ minLength: 1, maxLength: 255 }) },
  { disabled_reason: text({ minLength: 1, maxLength: 255 }), forced_down: flag },
)

const numbered: StepBack<HypervisorShown> = (document, { host }) => {
  const { service } = document
  document['id'] = host.number
  if (typeof service === 'object' && service !== null) {
    document['service'] = { ...service, id: serviceNumber(host) }
  }
  return document
}

export default change('2.53', 'Services and hypervisors go by their UUIDs', {
  responses: {
    ...everyHypervisor(numbered),
    service: having(({ number }) => ({ id: number })),
  },
  requests: { 'services.update': being(byName) },
  queries: {
    ...each(
      ['hypervisors.list', 'hypervisors.detail'],
      both(
        lacking('hypervisor_hostname_pattern', 'with_servers'),
        taking('limit', many(countText)),
        taking('marker', many(anyText)),
        tolerant,
      ),
    ),
    'hypervisors.show': both(lacking('with_servers'), tolerant),
    ...each(['hypervisors.statistics', 'hypervisors.uptime'], tolerant),
  },
  removes: ['hypervisors.search', 'hypervisors.servers'],
  adopts: ['servicesGoByUuid', 'hypervisorsGoByUuid'],
})
