/** Removes files that no image needs: what crashes left behind. For the start of a process, beside everything else. */
import { filesInUse } from '../../store/image/images.ts'
import type { ImageContext } from './context.ts'

export async function sweepImages(ctx: ImageContext): Promise<number> {
  const needed = await ctx.store.read(filesInUse)
  return await ctx.files.sweep(needed, ctx.clock.now())
}
