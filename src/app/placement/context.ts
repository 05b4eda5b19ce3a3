/** What the use-cases of Placement get besides the common context: the index, which is kept by one process. */
import type { LiveIndex } from '../../placement/live-index.ts'
import type { Context } from '../context.ts'

export type PlacementContext = Context & { readonly live: LiveIndex }
