/** Allocation candidates, straight from the index. */
import type { CandidateQuery } from '../../domain/placement/candidate-query.ts'
import type { CandidateAnswer } from '../../domain/placement/candidate.ts'
import { candidates } from '../../placement/index/candidates.ts'
import type { CandidateOptions } from '../../placement/index/candidates.ts'
import type { PlacementContext } from './context.ts'
import { refuseUnknown, refuseUnknownTraits } from './vocabulary.ts'

/** Finds them and has them read at once, while the index is as it was. */
export async function find<T>(
  { live }: PlacementContext,
  query: CandidateQuery,
  options: CandidateOptions,
  read: (answer: CandidateAnswer) => T,
): Promise<T> {
  const view = await live.current()
  refuseUnknownTraits(view, [...query.rootRequired, ...query.rootForbidden])
  for (const group of query.groups) refuseUnknown(view, group)
  return read(candidates(view.index, query, options))
}
