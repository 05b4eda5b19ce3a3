/** `/qos-specs`: what operators promise of types of volumes. */
import * as qos from '../../app/volume/qos-specs.ts'
import { qosConsumers } from '../../domain/volume/type-records.ts'
import type { QosConsumer, QosSpecs } from '../../domain/volume/type-records.ts'
import type { JsonObject } from '../../lib/json.ts'
import { bad, neededText, texts } from '../http/fields.ts'
import { oneOf } from './action-routes.ts'
import { pairsOf } from './body.ts'
import type { Answer, Call, VolumeRoute } from './call.ts'
import { pageOf } from './listing.ts'
import { linksOf } from './views.ts'

const accepted: Answer = { status: 202 }

export const qosRoutes: readonly VolumeRoute[] = [
  {
    method: 'GET',
    path: '/qos-specs',
    handler: async (call) => {
      const views = (await qos.listQos(call.ctx, call.who)).map(view)
      return { status: 200, body: pageOf('qos_specs', '/qos-specs', views, call) }
    },
  },
  { method: 'POST', path: '/qos-specs', handler: create },
  {
    method: 'GET',
    path: '/qos-specs/{id}',
    handler: async (call) => shown(await qos.getQos(call.ctx, call.who, call.param('id')), call),
  },
  { method: 'PUT', path: '/qos-specs/{id}', handler: update },
  {
    method: 'PUT',
    path: '/qos-specs/{id}/delete_keys',
    handler: async ({ ctx, who, param, body }) => {
      await qos.dropQosKeys(ctx, who, param('id'), texts(body(), 'keys') ?? [])
      return accepted
    },
  },
  {
    method: 'DELETE',
    path: '/qos-specs/{id}',
    handler: async ({ ctx, who, param, query }) => {
      const force = /^(?:1|true|yes)$/i.test(query.get('force') ?? '')
      await qos.deleteQos(ctx, who, param('id'), { force })
      return accepted
    },
  },
  {
    method: 'GET',
    path: '/qos-specs/{id}/associations',
    handler: async ({ ctx, who, param }) => {
      const found = await qos.typesWithQos(ctx, who, param('id'))
      const views = found.map(({ id, name }) => ({ association_type: 'volume_type', name, id }))
      return { status: 200, body: { qos_associations: views } }
    },
  },
  // These change something, and are asked for as if they did not.
  {
    method: 'GET',
    path: '/qos-specs/{id}/associate',
    handler: async (call) => {
      await qos.giveQos(call.ctx, call.who, call.param('id'), typeIn(call))
      return accepted
    },
  },
  {
    method: 'GET',
    path: '/qos-specs/{id}/disassociate',
    handler: async (call) => {
      await qos.takeQos(call.ctx, call.who, call.param('id'), typeIn(call))
      return accepted
    },
  },
  {
    method: 'GET',
    path: '/qos-specs/{id}/disassociate_all',
    handler: async ({ ctx, who, param }) => {
      await qos.takeQos(ctx, who, param('id'), null)
      return accepted
    },
  },
]

async function create(call: Call): Promise<Answer> {
  const body = call.within('qos_specs')
  const { name: _, ...rest } = body
  const { consumer, specs } = saidIn(rest)
  const made = await qos.createQos(call.ctx, call.who, {
    name: neededText(body, 'name', { min: 1, max: 255, pattern: /\S/ }),
    consumer: consumer ?? 'back-end',
    specs,
  })
  return shown(made, call)
}

async function update({ ctx, who, param, within }: Call): Promise<Answer> {
  const body = within('qos_specs')
  await qos.changeQos(ctx, who, param('id'), saidIn(body))
  return { status: 200, body: { qos_specs: body } }
}

/** Everything beside the consumer is a promise. */
function saidIn(body: JsonObject): {
  readonly consumer: QosConsumer | null
  readonly specs: QosSpecs['specs']
} {
  const { consumer: _, ...specs } = body
  return {
    consumer: oneOf(body, 'consumer', qosConsumers),
    specs: pairsOf({ qos_specs: specs }, 'qos_specs'),
  }
}

function typeIn({ query }: Call): string {
  const id = query.get('vol_type_id')
  if (id === null || id === '') throw bad('vol_type_id', 'it is required')
  return id
}

function shown(specs: QosSpecs, { base }: Call): Answer {
  const links = linksOf(base, `/qos-specs/${specs.id}`)
  return { status: 200, body: { qos_specs: view(specs), links } }
}

function view({ id, name, consumer, specs }: QosSpecs): Readonly<Record<string, unknown>> {
  return { id, name, consumer, specs }
}
