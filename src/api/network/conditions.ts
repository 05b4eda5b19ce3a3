/** `If-Match: revision_number=N`, by which a change is for that revision of a record only. */
import type { Seen } from '../../app/network/revisions.ts'
import { problem } from '../../lib/problem.ts'
import type { HttpRequest } from '../http/service.ts'

const prefix = 'revision_number='

/** Other conditions than on the revision are nobody's here, and are ignored. @throws `invalid` for one that is no number. */
export function seenIn({ headers }: Pick<HttpRequest, 'headers'>): Seen {
  const tags = (headers['if-match'] ?? '').split(',').map((tag) => tag.trim().replaceAll('"', ''))
  const [first, ...more] = tags.filter((tag) => tag.startsWith(prefix))
  if (first === undefined) return null
  if (more.length > 0) throw bad('Multiple revision_number etags are not supported')
  const written = first.slice(prefix.length)
  if (!/^\d{1,15}$/.test(written)) {
    throw bad('Revision number etag must be in the format of revision_number=<int>')
  }
  return Number(written)
}

/** For records that do not count their changes. @throws `invalid` */
export function refuseSeen(seen: Seen): void {
  if (seen !== null) throw bad('Revision matching not supported for this resource')
}

function bad(why: string): Error {
  return problem('invalid', `Bad if-match request: ${why}.`, { type: 'BadRequest' })
}
