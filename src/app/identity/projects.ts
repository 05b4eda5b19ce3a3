/** Projects, as an admin manages them and their members see them. */
import type { Project } from '../../domain/accounts.ts'
import {
  keeping,
  refuseChangeOfImmutable,
  refuseEndOfImmutable,
} from '../../domain/account-options.ts'
import type { Identity } from '../../domain/identity.ts'
import type { ProjectId } from '../../domain/ids.ts'
import { problem } from '../../lib/problem.ts'
import * as domains from '../../store/identity/domains.ts'
import { projectsOf } from '../../store/identity/inheritance.ts'
import * as projects from '../../store/identity/projects.ts'
import type { ProjectFilter } from '../../store/identity/projects.ts'
import { changing } from './changing.ts'
import type { IdentityContext } from './context.ts'
import { taken } from './domains.ts'
import { authorize } from './policy.ts'
import { hexId } from './seed.ts'

export type ProjectChange = Partial<
  Pick<Project, 'name' | 'description' | 'enabled' | 'tags' | 'extra' | 'options'>
>

export async function getProject(
  ctx: IdentityContext,
  who: Identity,
  id: string,
): Promise<Project> {
  authorize(who, 'get_project', { projectId: id })
  return await ctx.store.read(async (reader) => await projects.get(reader, id))
}

export async function listProjects(
  ctx: IdentityContext,
  who: Identity,
  filter: ProjectFilter,
): Promise<readonly Project[]> {
  authorize(who, 'list_projects')
  return await ctx.store.read(async (reader) => await projects.list(reader, filter))
}

/** The projects that a user can log in to. */
export async function listProjectsOfUser(
  ctx: IdentityContext,
  who: Identity,
  userId: string,
): Promise<readonly Project[]> {
  authorize(who, 'list_user_projects', { userId })
  // Text that names no user finds nothing.
  return await ctx.store.read(
    async (reader) => await projectsOf(reader, userId as Identity['userId']),
  )
}

export async function createProject(
  ctx: IdentityContext,
  who: Identity,
  wanted: Omit<Project, 'id' | 'parentId'> & { readonly parentId: string | null },
): Promise<Project> {
  authorize(who, 'create_project', { domainId: wanted.domainId })
  // A new id is the id of the project that is made with it.
  const id = hexId(ctx.ids) as ProjectId
  const project = { ...wanted, id, parentId: wanted.parentId ?? wanted.domainId }
  await changing(ctx, 'project', async (tx) => {
    await domains.get(tx, project.domainId)
    if (project.parentId !== project.domainId) {
      const parent = await projects.get(tx, project.parentId)
      if (parent.domainId !== project.domainId) {
        throw problem('invalid', 'A project must be in the domain of the project it is a part of.')
      }
    }
    await projects.add(tx, project, ctx.clock.now())
  })
  return project
}

export async function updateProject(
  ctx: IdentityContext,
  who: Identity,
  id: string,
  change: ProjectChange,
): Promise<Project> {
  authorize(who, 'update_project', { projectId: id })
  return await changing(ctx, 'project', async (tx) => {
    const known = await projects.get(tx, id)
    refuseChangeOfImmutable('project', id, known, change)
    const project = { ...known, ...change, ...keeping(known, change) }
    const namesake = await projects.named(tx, project.domainId, project.name)
    if (namesake !== null && namesake.id !== id) throw taken('project', project.name)
    await projects.save(tx, project)
    return project
  })
}

/** Lets a project have the tags that the function makes of those that it has. */
export async function changeTags(
  ctx: IdentityContext,
  who: Identity,
  id: string,
  change: (known: readonly string[]) => readonly string[],
): Promise<readonly string[]> {
  authorize(who, 'update_project', { projectId: id })
  return await changing(ctx, 'project', async (tx) => {
    const project = await projects.get(tx, id)
    const tags = change(project.tags)
    refuseChangeOfImmutable<Partial<Project>>('project', id, project, { tags })
    await projects.save(tx, { ...project, tags })
    return tags
  })
}

/** Forgets the project. What it owns in other services stays, as in OpenStack, and is for admins to clean up. */
export async function deleteProject(
  ctx: IdentityContext,
  who: Identity,
  id: string,
): Promise<void> {
  authorize(who, 'delete_project', { projectId: id })
  await changing(ctx, 'project', async (tx) => {
    const project = await projects.get(tx, id)
    refuseEndOfImmutable('project', id, project)
    const parts = { name: null, domainId: null, parentId: id, enabled: null }
    if ((await projects.list(tx, parts)).length > 0) {
      throw problem(
        'forbidden',
        `Cannot delete project ${id} since it is not a leaf in the hierarchy.`,
      )
    }
    await projects.remove(tx, project.id)
  })
}
