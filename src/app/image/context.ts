/** What the use-cases of images get besides the common context. */
import type { Context } from '../context.ts'
import type { ImageFiles } from './files.ts'

export type ImageContext = Context & { readonly files: ImageFiles }
