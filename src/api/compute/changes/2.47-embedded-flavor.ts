import type { ServerShown } from '../../../app/shown-servers.ts'
import type { StepBack, Wire } from '../change.ts'
import { change } from '../change.ts'
import { everyServer } from './documents.ts'

/** The flavor was named and linked to, though it may have been changed or deleted since. */
const linkedFlavor: StepBack<ServerShown> = (document, { server: { id, flavor } }) => {
  document['flavor'] = {
    id: flavor.id,
    links: [
      {
        rel: 'bookmark',
        href: bookmarkOf(document).replace(`/servers/${id}`, `/flavors/${flavor.id}`),
      },
    ],
  }
  return document
}

function bookmarkOf(document: Wire): string {
  // Every document of a server has its links, the bookmark last.
  const links = document['links'] as readonly { readonly href: string }[]
  return links.at(-1)?.href ?? ''
}

export default change('2.47', 'A server shows its flavor as it was given to it', {
  responses: everyServer(linkedFlavor),
})
