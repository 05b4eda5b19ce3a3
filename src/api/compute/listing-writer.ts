/** Writing long lists: each document becomes bytes as soon as it is made. */
import { JsonBytes, SpareMemory } from '../../lib/json-bytes.ts'
import type { HttpReply } from '../http/service.ts'
import type { Listing } from './replies.ts'

export type ListingWriter = (listing: Listing) => Required<Pick<HttpReply, 'body' | 'sent'>>

export function listingWriter(): ListingWriter {
  const memory = new SpareMemory()
  return ({ name, documents, more }) => {
    const json = new JsonBytes(memory)
    json.text(`{${JSON.stringify(name)}:[`)
    let comma = ''
    for (const document of documents) {
      json.text(comma + JSON.stringify(document))
      comma = ','
    }
    json.text(']')
    for (const [key, value] of Object.entries(more)) {
      json.text(`,${JSON.stringify(key)}:${JSON.stringify(value)}`)
    }
    json.text('}')
    return { body: json.done(), sent: () => json.release() }
  }
}
