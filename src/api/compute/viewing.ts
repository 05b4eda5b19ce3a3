/** Who looks, and from where: what a view needs besides its facts. */
import { hash } from 'node:crypto'
import { sightOf } from '../../app/shown-servers.ts'
import type { Sight } from '../../app/shown-servers.ts'
import type { Identity } from '../../domain/identity.ts'
import type { HostName, ProjectId } from '../../domain/ids.ts'
import type { Links } from './links.ts'

export type Viewing = {
  readonly who: Identity
  readonly links: Links
  readonly sight: Sight
  /** A digest that tells a project's servers on one host apart from those on another, and nothing else. */
  hostIdOf(project: ProjectId, host: HostName | null): string
}

/** For one answer. What all entries of a list have in common is found out once. */
export function openViewing(who: Identity, links: Links): Viewing {
  const digests = new Map<string, string>()
  return {
    who,
    links,
    sight: sightOf(who),
    hostIdOf: (project, host) => {
      if (host === null) return ''
      const place = `${project}${host}`
      const digest = digests.get(place) ?? hash('sha224', place, 'hex')
      digests.set(place, digest)
      return digest
    },
  }
}
