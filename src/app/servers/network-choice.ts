/** The interfaces that a new server gets. */
import type { Identity } from '../../domain/identity.ts'
import type { NetworkRequest } from '../../operations/ports.ts'
import type { Tx } from '../../store/store.ts'

export type NetworkWish = 'auto' | 'none' | readonly NetworkRequest[]

export async function interfacesFor(
  _tx: Tx,
  _who: Identity,
  wish: NetworkWish,
  _count: number,
): Promise<readonly NetworkRequest[]> {
  return typeof wish === 'string' ? [] : wish
}
