import { change, without } from '../change.ts'
import type { Wire } from '../change.ts'
import { eachValue, lacking, uuidPattern, within } from '../schemas/json-schema.ts'

const untyped = lacking('consumer_type')

export default change('1.38', 'Consumers have types', {
  requests: {
    'allocations.replace': untyped,
    'allocations.replaceMany': eachValue(uuidPattern, untyped),
    reshape: within('allocations', eachValue(uuidPattern, untyped)),
  },
  queries: { 'usages.ofProject': lacking('consumer_type') },
  responses: { allocationsOfConsumer: without('consumer_type'), usages: summed },
  adopts: ['consumersHaveTypes'],
})

/** All types together, and nobody counts consumers. */
function summed(document: Wire): Wire {
  const sums: Record<string, number> = {}
  // Made by the handler: amounts by type.
  const byType = Object.values(document['usages'] as Record<string, Record<string, number>>)
  for (const { consumer_count: _, ...amounts } of byType) {
    for (const [name, amount] of Object.entries(amounts)) sums[name] = (sums[name] ?? 0) + amount
  }
  return { usages: sums }
}
