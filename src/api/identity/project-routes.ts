/** `/v3/domains` and `/v3/projects`. */
import * as domains from '../../app/identity/domains.ts'
import * as projects from '../../app/identity/projects.ts'
import type { JsonObject } from '../../lib/json.ts'
import {
  bad,
  flag,
  neededObject,
  neededText,
  sent,
  text,
  textOrNull,
  texts,
} from '../http/fields.ts'
import type { TextRule } from '../http/fields.ts'
import { tagsMatch } from '../http/tag-filters.ts'
import type { IdentityApi, IdentityRoute } from './api.ts'
import { enabledOf, idOf, linksOf, longText, ownDomain, page } from './asked.ts'
import type { Ask } from './asked.ts'
import { keptChange, keptIn } from './kept-fields.ts'
import { checkedTags } from './project-tag-routes.ts'
import { domainView, projectView } from './views.ts'

/** Of projects, and of domains. */
const projectNameRule: TextRule = { min: 1, max: 64, pattern: /\S/ }

export function domainRoutes({ ctx }: IdentityApi): readonly IdentityRoute[] {
  return [
    [
      'GET',
      '/v3/domains',
      async (ask) => {
        const filter = { name: ask.request.query.get('name'), enabled: enabledOf(ask) }
        const found = await domains.listDomains(ctx, ask.who.who, filter)
        return page(
          ask,
          'domains',
          found.map((each) => domainView(each, linksOf(ask))),
        )
      },
    ],
    [
      'POST',
      '/v3/domains',
      async (ask) => {
        const body = neededObject(ask.body(), 'domain')
        const domain = await domains.createDomain(ctx, ask.who.who, {
          name: neededText(body, 'name', projectNameRule),
          description: text(body, 'description', longText) ?? '',
          enabled: flag(body, 'enabled') ?? true,
          ...keptIn('domain', body),
        })
        return { status: 201, body: { domain: domainView(domain, linksOf(ask)) } }
      },
    ],
    [
      'GET',
      '/v3/domains/{id}',
      async (ask) => {
        const domain = await domains.getDomain(ctx, ask.who.who, idOf(ask))
        return { status: 200, body: { domain: domainView(domain, linksOf(ask)) } }
      },
    ],
    [
      'PATCH',
      '/v3/domains/{id}',
      async (ask) => {
        const body = neededObject(ask.body(), 'domain')
        const change = sent({
          name: text(body, 'name', projectNameRule),
          description: text(body, 'description', longText),
          enabled: flag(body, 'enabled'),
          ...keptChange('domain', body),
        })
        const domain = await domains.updateDomain(ctx, ask.who.who, idOf(ask), change)
        return { status: 200, body: { domain: domainView(domain, linksOf(ask)) } }
      },
    ],
    [
      'DELETE',
      '/v3/domains/{id}',
      async (ask) => {
        await domains.deleteDomain(ctx, ask.who.who, idOf(ask))
        return { status: 204 }
      },
    ],
  ]
}

export function projectRoutes({ ctx }: IdentityApi): readonly IdentityRoute[] {
  const show = (project: Parameters<typeof projectView>[0], ask: Ask, status: number) => ({
    status,
    body: { project: projectView(project, linksOf(ask)) },
  })
  return [
    [
      'GET',
      '/v3/projects',
      async (ask) => {
        const { query } = ask.request
        // A domain is no project here, so whoever asks for domains among projects finds none.
        if (query.get('is_domain')?.toLowerCase() === 'true') return page(ask, 'projects', [])
        const found = await projects.listProjects(ctx, ask.who.who, {
          name: query.get('name'),
          domainId: query.get('domain_id'),
          parentId: query.get('parent_id'),
          enabled: enabledOf(ask),
        })
        return page(
          ask,
          'projects',
          found
            .filter(({ tags }) => tagsMatch(tags, query))
            .map((each) => projectView(each, linksOf(ask))),
        )
      },
    ],
    [
      'POST',
      '/v3/projects',
      async (ask) => {
        const body = neededObject(ask.body(), 'project')
        if (flag(body, 'is_domain') === true)
          throw bad('is_domain', 'projects that are domains are not supported')
        const project = await projects.createProject(ctx, ask.who.who, {
          name: neededText(body, 'name', projectNameRule),
          domainId: text(body, 'domain_id') ?? ownDomain(ask),
          description: textOrNull(body, 'description', longText) ?? '',
          enabled: flag(body, 'enabled') ?? true,
          parentId: textOrNull(body, 'parent_id') ?? null,
          tags: checkedTags(texts(body, 'tags') ?? []),
          ...keptIn('project', body),
        })
        return show(project, ask, 201)
      },
    ],
    [
      'GET',
      '/v3/projects/{id}',
      async (ask) => show(await projects.getProject(ctx, ask.who.who, idOf(ask)), ask, 200),
    ],
    [
      'PATCH',
      '/v3/projects/{id}',
      async (ask) => {
        const body = neededObject(ask.body(), 'project')
        const change = sent({
          name: text(body, 'name', projectNameRule),
          description: text(body, 'description', longText),
          enabled: flag(body, 'enabled'),
          tags: tagsIn(body),
          ...keptChange('project', body),
        })
        return show(await projects.updateProject(ctx, ask.who.who, idOf(ask), change), ask, 200)
      },
    ],
    [
      'DELETE',
      '/v3/projects/{id}',
      async (ask) => {
        await projects.deleteProject(ctx, ask.who.who, idOf(ask))
        return { status: 204 }
      },
    ],
  ]
}

function tagsIn(body: JsonObject): readonly string[] | undefined {
  const tags = texts(body, 'tags')
  return tags === undefined ? undefined : checkedTags(tags)
}
