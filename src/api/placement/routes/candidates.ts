/** Allocation candidates. */
import * as candidates from '../../../app/placement/candidates.ts'
import { candidateQueryIn } from '../grammar/candidate-query.ts'
import { route } from '../route.ts'
import { candidates as querySchema } from '../schemas/queries.ts'

export const candidateRoutes = [
  route({
    name: 'candidates',
    method: 'GET',
    path: '/allocation_candidates',
    rule: 'placement:allocation_candidates:list',
    query: querySchema,
    handler: async ({ ctx, query, api, settings, writer }) => {
      const wanted = candidateQueryIn(query, api)
      const { workMax, countMax = null, shuffled = false } = settings.candidates ?? {}
      const options = {
        ...(workMax === undefined ? {} : { workMax }),
        ...(countMax === null ? {} : { countMax }),
        ...(shuffled ? { random: ctx.random } : {}),
      }
      const { json, truncated } = await candidates.find(ctx, wanted, options, (answer) => ({
        json: writer.write(answer, wanted, api),
        truncated: answer.truncated,
      }))
      return {
        status: 200,
        body: json.done(),
        sent: () => json.release(),
        modifiedAt: 'now',
        headers: {
          'Content-Type': 'application/json',
          // There may be more than these: the search came to its bound.
          ...(truncated ? { 'Berth-Truncated': 'true' } : {}),
        },
      }
    },
  }),
]
