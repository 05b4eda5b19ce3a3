/** Before, a list of allocations with their providers; now an object by provider, and it shows whose they are. */
import { change, without } from '../change.ts'
import { asList } from '../schemas/allocations.ts'

type Listed = {
  readonly allocations: readonly {
    readonly resource_provider: { readonly uuid: string }
    readonly resources: Readonly<Record<string, number>>
  }[]
}

export default change('1.12', 'Allocations are keyed by provider, and show whose they are', {
  requests: { 'allocations.replace': asList },
  lifts: { 'allocations.replace': keyedByProvider },
  responses: { allocationsOfConsumer: without('project_id', 'user_id') },
  adopts: ['candidatesAreKeyedByProvider'],
})

function keyedByProvider(body: unknown): unknown {
  // The schema of the older version has let it pass.
  const listed = body as Listed
  const entries = listed.allocations.map(
    ({ resource_provider: { uuid }, resources }) => [uuid, { resources }] as const,
  )
  return { ...listed, allocations: Object.fromEntries(entries) }
}
