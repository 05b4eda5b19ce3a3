/** Allocation candidates, straight from the index. */
import type { CandidateQuery } from '../../domain/placement/candidate-query.ts'
import type { CandidateAnswer } from '../../domain/placement/candidate.ts'
import { candidates } from '../../placement/index/candidates.ts'
import type { CandidateOptions } from '../../placement/index/candidates.ts'
import type { PlacementContext } from './context.ts'
import { refuseUnknown, refuseUnknownTraits } from './vocabulary.ts'

export async function find(
  { live }: PlacementContext,
  query: CandidateQuery,
  options: CandidateOptions = {},
): Promise<CandidateAnswer> {
  const view = await live.current()
  refuseUnknownTraits(view, [...query.rootRequired, ...query.rootForbidden])
  for (const group of query.groups) refuseUnknown(view, group)
  return candidates(view.index, query, options)
}
