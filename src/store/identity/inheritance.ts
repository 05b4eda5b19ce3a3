/**
 * What users have by inheritance: a role given on a domain can hold in all its projects, and one given on a project in all that
 * are a part of it, at any depth, in the place of where it was given.
 */
import type { Project, RoleRecord, Target } from '../../domain/accounts.ts'
import type { ProjectId, UserId } from '../../domain/ids.ts'
import type { Reader } from '../store.ts'
import { givenAt, reached } from './assignments.ts'
import type { StoredPlaces } from './assignments.ts'
import * as projects from './projects.ts'

/** The roles that a user has there, by themselves, through a group or from above, without what they imply. */
export async function held(
  reader: Reader,
  userId: UserId,
  target: Target,
): Promise<readonly RoleRecord[]> {
  return await givenAt(reader, userId, await placesOf(reader, target))
}

/** Where a role can be given that holds at the target. */
async function placesOf(reader: Reader, { kind, id }: Target): Promise<readonly StoredPlaces[]> {
  const here = [{ kind, ids: [id] }]
  if (kind !== 'project') return here
  // The id of a target that is a project is a project's.
  const above = await placesAbove(reader, id as ProjectId)
  if (above === null) return here
  const fromDomain = { kind: 'inherited-domain', ids: [above.domainId] } as const
  const fromProjects = { kind: 'inherited-project', ids: above.projects } as const
  return [...here, fromDomain, ...(above.projects.length === 0 ? [] : [fromProjects])]
}

/** The projects on which a user has any role: there, or inherited from above. */
export async function projectsOf(reader: Reader, userId: UserId): Promise<readonly Project[]> {
  const here = new Set(await reached(reader, userId, 'project'))
  const above = {
    domains: new Set(await reached(reader, userId, 'inherited-domain')),
    projects: new Set(await reached(reader, userId, 'inherited-project')),
  }
  if (above.domains.size === 0 && above.projects.size === 0) {
    if (here.size === 0) return []
    const query = reader
      .selectFrom('projects')
      .selectAll()
      .where('id', 'in', [...here])
    return (await query.orderBy('name').execute()).map(projects.toProject)
  }
  const all = await projects.list(reader, {
    name: null,
    domainId: null,
    parentId: null,
    enabled: null,
  })
  const under = ancestry(all)
  return all.filter(
    (project) =>
      here.has(project.id) ||
      above.domains.has(project.domainId) ||
      under(project.id).some((id) => above.projects.has(id)),
  )
}

/** Where what a project inherits is given: its domain, and the projects that it is a part of. */
async function placesAbove(
  reader: Reader,
  id: ProjectId,
): Promise<{ readonly domainId: string; readonly projects: readonly string[] } | null> {
  const project = await projects.find(reader, id)
  if (project === null) return null
  const above: string[] = []
  let next: Project | null = project
  while (next !== null && next.parentId !== next.domainId) {
    above.push(next.parentId)
    // A project's parent was there before it and stays its parent: this ends.
    next = await projects.find(reader, next.parentId)
  }
  return { domainId: project.domainId, projects: above }
}

/** Tells the projects that a project is a part of, next first. */
export function ancestry(all: readonly Project[]): (id: string) => readonly string[] {
  const parents = new Map<string, string>(all.map(({ id, parentId }) => [id, parentId]))
  return (id) => {
    const above: string[] = []
    let next = parents.get(id)
    while (next !== undefined && parents.has(next) && !above.includes(next)) {
      above.push(next)
      next = parents.get(next)
    }
    return above
  }
}
