/** Who looks, and from where: what a view needs besides its facts. */
import type { Identity } from '../../domain/identity.ts'
import type { Links } from './links.ts'

export type Viewing = { readonly who: Identity; readonly links: Links }
