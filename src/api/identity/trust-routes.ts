/** `/v3/OS-TRUST/trusts`. */
import * as trusts from '../../app/identity/trusts.ts'
import type { Trust } from '../../domain/accounts.ts'
import { problem } from '../../lib/problem.ts'
import type { JsonObject } from '../../lib/json.ts'
import { bad, flag, neededObject, neededText, objects, own, text, whole } from '../http/fields.ts'
import type { IdentityApi, IdentityRoute } from './api.ts'
import { idOf, linksOf, page, readInstant } from './asked.ts'
import type { Ask } from './asked.ts'
import { instantView, roleView } from './views.ts'

const path = '/v3/OS-TRUST/trusts'

export function trustRoutes({ ctx }: IdentityApi): readonly IdentityRoute[] {
  const show = ({ trust, roles }: trusts.ShownTrust, ask: Ask, status: number) => {
    const links = linksOf(ask)
    const self = links(`/OS-TRUST/trusts/${trust.id}/roles`)
    const view = {
      ...trustView(trust, ask),
      roles: roles.map((role) => roleView(role, links)),
      roles_links: { self, next: null, previous: null },
    }
    return { status, body: { trust: view } }
  }
  const roleOf = async (ask: Ask) => {
    const { roles } = await trusts.getTrust(ctx, ask.who, idOf(ask))
    const asked = ask.params['role'] ?? ''
    const found = roles.find(({ id }) => id === asked)
    if (found === undefined) throw problem('not-found', `Could not find role: ${asked}.`)
    return found
  }
  const list = async (ask: Ask) => {
    const { query } = ask.request
    const found = await trusts.listTrusts(ctx, ask.who, {
      trustorId: query.get('trustor_user_id'),
      trusteeId: query.get('trustee_user_id'),
    })
    return page(
      ask,
      'trusts',
      found.map((each) => trustView(each, ask)),
    )
  }
  return [
    ['GET', path, list],
    // Tempest asks with a slash at the end, and Keystone passes over it.
    ['GET', `${path}/`, list],
    [
      'POST',
      path,
      async (ask) => {
        const wanted = readTrust(neededObject(ask.body(), 'trust'))
        return show(await trusts.createTrust(ctx, ask.who, wanted), ask, 201)
      },
    ],
    [
      'GET',
      `${path}/{id}`,
      async (ask) => show(await trusts.getTrust(ctx, ask.who, idOf(ask)), ask, 200),
    ],
    [
      'DELETE',
      `${path}/{id}`,
      async (ask) => {
        await trusts.deleteTrust(ctx, ask.who, idOf(ask))
        return { status: 204 }
      },
    ],
    [
      'GET',
      `${path}/{id}/roles`,
      async (ask) => {
        const { roles } = await trusts.getTrust(ctx, ask.who, idOf(ask))
        return page(
          ask,
          'roles',
          roles.map((each) => roleView(each, linksOf(ask))),
        )
      },
    ],
    [
      'GET',
      `${path}/{id}/roles/{role}`,
      async (ask) => ({ status: 200, body: { role: roleView(await roleOf(ask), linksOf(ask)) } }),
    ],
    [
      'HEAD',
      `${path}/{id}/roles/{role}`,
      async (ask) => {
        await roleOf(ask)
        return { status: 200 }
      },
    ],
  ]
}

function trustView(trust: Trust, ask: Ask): object {
  const { id, expiresAt } = trust
  return {
    id,
    trustor_user_id: trust.trustorId,
    trustee_user_id: trust.trusteeId,
    project_id: trust.projectId,
    impersonation: trust.impersonation,
    expires_at: expiresAt === null ? null : instantView(expiresAt),
    remaining_uses: trust.remainingUses,
    deleted_at: null,
    redelegation_count: 0,
    redelegated_trust_id: null,
    links: { self: linksOf(ask)(`/OS-TRUST/trusts/${id}`) },
  }
}

function readTrust(body: JsonObject): trusts.WantedTrust {
  if (own(body, 'allow_redelegation') !== null && flag(body, 'allow_redelegation') === true) {
    throw bad('allow_redelegation', 'what was let to somebody cannot be passed on here')
  }
  const impersonation = flag(body, 'impersonation')
  if (impersonation === undefined) throw bad('impersonation', 'it is required')
  const asked = own(body, 'roles') === null ? [] : (objects(body, 'roles') ?? [])
  return {
    trustorId: neededText(body, 'trustor_user_id'),
    trusteeId: neededText(body, 'trustee_user_id'),
    projectId: neededText(body, 'project_id'),
    impersonation,
    roles: asked.map((role) => {
      const id = text(role, 'id')
      return id === undefined ? { name: neededText(role, 'name') } : { id }
    }),
    expiresAt: readInstant(body, 'expires_at'),
    remainingUses:
      own(body, 'remaining_uses') === null
        ? null
        : (whole(body, 'remaining_uses', { min: 1, max: 1_000_000_000 }) ?? null),
  }
}
