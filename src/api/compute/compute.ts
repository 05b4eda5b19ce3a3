/** The Compute API, whole: all routes, at all versions. */
import type { ComputeContext } from '../../app/compute-context.ts'
import type { Service } from '../http/service.ts'
import { changes } from './changes.ts'
import { openHistory } from './history.ts'
import { routes } from './routes.ts'
import { computeService } from './service.ts'
import type { ComputeOptions } from './service.ts'

export function openCompute(
  ctx: ComputeContext,
  options: Pick<ComputeOptions, 'authenticate' | 'identityUri'>,
): Service {
  return computeService({ ctx, routes, history: openHistory(changes), ...options })
}
