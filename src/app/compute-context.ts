/** What the use-cases of Compute get, those that are doors to images among them. */
import type { ImageContext } from './image/context.ts'
import type { ServerContext } from './servers/context.ts'

export type ComputeContext = ImageContext & ServerContext
