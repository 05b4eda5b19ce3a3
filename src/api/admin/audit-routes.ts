/** Auditing a running cloud, and healing what was found. */
import { beginHeals, listHeals, showHeal, takeBack } from '../../app/audit/heals.ts'
import { operatorsOnly } from '../../app/operator.ts'
import type { JsonObject } from '../../lib/json.ts'
import { problem } from '../../lib/problem.ts'
import type { Handler } from '../http/rest-service.ts'
import type { Route } from '../http/router.ts'
import type { AdminApi } from './service.ts'
import { findingView, healView } from './views.ts'

export function auditRoutes({ audit, healing }: AdminApi): readonly Route<Handler>[] {
  return [
    [
      'GET',
      '/audit',
      async ({ who }) => {
        operatorsOnly(who)
        return { status: 200, body: { violations: (await audit()).map(findingView) } }
      },
    ],
    [
      'GET',
      '/audit/heals',
      async ({ who }) => ({
        status: 200,
        body: { heals: (await listHeals(healing, who)).map(healView) },
      }),
    ],
    [
      'POST',
      '/audit/heals',
      async ({ who, body }) => {
        operatorsOnly(who)
        const wanted = wishIn(body())
        const findings = (await audit()).filter(
          ({ invariant, subject }) =>
            wanted === null || wanted.has(invariant) || wanted.has(subject),
        )
        const ids = await beginHeals(healing, findings, who)
        const heals = await Promise.all(ids.map(async (id) => await showHeal(healing, who, id)))
        return { status: 202, body: { heals: heals.map(healView) } }
      },
    ],
    [
      'GET',
      '/audit/heals/{heal}',
      async ({ who, params }) => {
        const heal = await showHeal(healing, who, params['heal'] ?? '')
        return { status: 200, body: healView(heal) }
      },
    ],
    [
      'POST',
      '/audit/heals/{heal}/undo',
      async ({ who, params }) => {
        const id = params['heal'] ?? ''
        await takeBack(healing, who, id)
        return { status: 202, body: healView(await showHeal(healing, who, id)) }
      },
    ],
  ]
}

/** `{"only": ["A1", "<id>"]}`: only these invariants, or only what these ids are about. Without it everything. */
function wishIn({ only, ...rest }: JsonObject): ReadonlySet<string> | null {
  const isPlain = Object.keys(rest).length === 0
  if (isPlain && only === undefined) return null
  const names: readonly unknown[] = Array.isArray(only) ? only : []
  const texts = names.filter((each) => typeof each === 'string')
  if (isPlain && Array.isArray(only) && texts.length === only.length) return new Set(texts)
  throw problem('invalid', 'The body may say {"only": [invariants or ids]}, and nothing else')
}
