/** What the roots of the service answer: which versions there are and where. Anybody may ask, without a token. */
import type { HttpReply, HttpRequest } from '../http/service.ts'
import { oldest, textOf, versionHeaders } from './versions.ts'
import type { Minor } from './versions.ts'

export type Root = 'v2' | 'v2.1'

/** The list of versions, at the service's own root. */
export function versionList(request: HttpRequest, newest: Minor): HttpReply {
  const versions = roots.map((root) => {
    const { links, 'media-types': _, ...rest } = versionOf(request, root, newest)
    return { ...rest, links: links.slice(0, 1) }
  })
  return { status: 200, body: { versions } }
}

/** One version, at its root or by name. */
export function versionDocument(request: HttpRequest, root: Root, newest: Minor): HttpReply {
  return {
    status: 200,
    headers: root === 'v2' ? {} : versionHeaders(textOf(oldest)),
    body: { version: versionOf(request, root, newest) },
  }
}

/** For a path that begins with no version: the same path in each of them. */
export function versionChoices(request: HttpRequest): HttpReply {
  const choices = roots.map((root) => ({
    id: names[root].id,
    status: names[root].status,
    links: [{ rel: 'self', href: `${request.origin}${request.mount}/${root}${request.path}` }],
    'media-types': [mediaType(root)],
  }))
  return { status: 300, body: { choices } }
}

const roots: readonly Root[] = ['v2', 'v2.1']

const names = {
  v2: { id: 'v2.0', status: 'SUPPORTED', updated: '2011-01-21T11:33:21Z', media: '2' },
  'v2.1': { id: 'v2.1', status: 'CURRENT', updated: '2013-07-23T11:33:21Z', media: '2.1' },
} as const satisfies Record<Root, Record<string, string>>

function versionOf(request: HttpRequest, root: Root, newest: Minor) {
  const { id, status, updated } = names[root]
  const spoken =
    root === 'v2' ? { newest: '', oldest: '' } : { newest: textOf(newest), oldest: textOf(oldest) }
  return {
    id,
    status,
    version: spoken.newest,
    min_version: spoken.oldest,
    updated,
    links: [
      { rel: 'self', href: `${request.origin}${request.mount}/${root}/` },
      { rel: 'describedby', type: 'text/html', href: 'http://docs.openstack.org/' },
    ],
    'media-types': [mediaType(root)],
  }
}

function mediaType(root: Root) {
  const type = `application/vnd.openstack.compute+json;version=${names[root].media}`
  return { base: 'application/json', type }
}
