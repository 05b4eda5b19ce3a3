/** A key pair in full, as an entry of a list, and as the answer to its making. */
import type { Keypair } from '../../../domain/keypair.ts'
import type { Wire } from '../change.ts'
import { unzoned } from './times.ts'

/** The private half is there once: when it was made here, in the answer to the request that asked for it. */
export type KeypairMade = { readonly keypair: Keypair; readonly privateKey: string | null }

export function keypair(of: Keypair): Wire {
  return {
    ...keypairBrief(of),
    user_id: of.userId,
    id: of.number,
    created_at: unzoned(of.createdAt),
    updated_at: null,
    deleted: false,
    deleted_at: null,
  }
}

export function keypairBrief(of: Keypair): Wire {
  return { name: of.name, type: of.type, public_key: of.publicKey, fingerprint: of.fingerprint }
}

export function keypairCreated({ keypair: of, privateKey }: KeypairMade): Wire {
  const document = { ...keypairBrief(of), user_id: of.userId }
  return privateKey === null ? document : { ...document, private_key: privateKey }
}
