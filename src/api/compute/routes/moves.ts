/** Moves of servers: looking at them, beginning those that nobody has to confirm, and calling them off. */
import * as migrations from '../../../app/migrations.ts'
import type { MigrationFilter } from '../../../app/migrations.ts'
import { pageMax } from '../../../app/page.ts'
import { evacuate } from '../../../app/servers/evacuate.ts'
import * as live from '../../../app/servers/live-migrate.ts'
import { secureToken } from '../../../lib/random.ts'
import { nextLinks, pageWish } from '../pages.ts'
import { accepted, ok } from '../replies.ts'
import { action, route } from '../route.ts'
import type { Query, Route } from '../route.ts'
import { migrationsQuery } from '../schemas/paged.ts'
import { anyQuery, noQuery } from '../schemas/queries.ts'
import * as schemas from '../schemas/server-actions.ts'
import { timesOf } from '../times-query.ts'

export const migrationRoutes: readonly Route[] = [
  route({
    name: 'migrations.list',
    method: 'GET',
    path: '/os-migrations',
    policy: 'os-migrations:index',
    query: migrationsQuery,
    handler: async ({ ctx, who, query, api, links }) => {
      const isPaged = api.has('migrationsComeInPages')
      const page = await migrations.listMigrations(ctx, who, {
        ...(isPaged ? pageWish(query) : { limit: pageMax, marker: null }),
        filter: migrationFilter(query),
      })
      const found = page.items.map((each) => api.show('migration', each))
      const next = nextLinks('migrations_links', page, ({ migration }) => migration.id, links)
      // Before there were pages, the oldest came first.
      return ok(isPaged ? { migrations: found, ...next } : { migrations: found.toReversed() })
    },
  }),
  route({
    name: 'server.migrations.list',
    method: 'GET',
    path: '/servers/{server_id}/migrations',
    policyWithin: 'servers:migrations:index',
    query: noQuery,
    handler: async ({ ctx, who, params: { server_id: server = '' }, api }) => {
      const found = await migrations.listServerMigrations(ctx, who, server)
      return ok({ migrations: found.map((each) => api.show('serverMigration', each)) })
    },
  }),
  route({
    name: 'server.migrations.show',
    method: 'GET',
    path: '/servers/{server_id}/migrations/{id}',
    policyWithin: 'servers:migrations:show',
    query: noQuery,
    handler: async ({ ctx, who, params: { server_id: server = '', id = '' }, api }) => {
      const found = await migrations.showServerMigration(ctx, who, server, id)
      return ok({ migration: api.show('serverMigration', found) })
    },
  }),
  route({
    name: 'server.migrations.abort',
    method: 'DELETE',
    path: '/servers/{server_id}/migrations/{id}',
    policyWithin: 'servers:migrations:delete',
    query: anyQuery,
    handler: async ({ ctx, who, request, params: { server_id: server = '', id = '' }, api }) => {
      const evenWaiting = api.has('waitingMigrationsCanBeAborted')
      await live.abortLiveMigration(ctx, who, request, server, id, { evenWaiting })
      return accepted()
    },
  }),
  action('force_complete', {
    name: 'server.migrations.forceComplete',
    path: '/servers/{server_id}/migrations/{id}/action',
    policyWithin: 'servers:migrations:force_complete',
    request: schemas.forceComplete,
    handler: async ({ ctx, who, request, params: { server_id: server = '', id = '' } }) => {
      await live.forceComplete(ctx, who, request, server, id)
      return accepted()
    },
  }),
  action('os-migrateLive', {
    name: 'server.migrateLive',
    path: '/servers/{id}/action',
    policyWithin: 'os-migrate-server:migrate_live',
    request: schemas.migrateLive,
    handler: async ({ ctx, who, request, params: { id = '' }, body, api }) => {
      const { host, block_migration: block } = body['os-migrateLive']
      const forced = isForced(body['os-migrateLive'], host, api.has('liveMigrationIsScheduled'))
      const blockMigration = block === 'auto' ? null : block
      await live.liveMigrate(ctx, who, request, id, { host, forced, blockMigration })
      return accepted()
    },
  }),
  action('evacuate', {
    name: 'server.evacuate',
    path: '/servers/{id}/action',
    policyWithin: 'os-evacuate',
    request: schemas.evacuate,
    handler: async ({ ctx, who, request, params: { id = '' }, body, api }) => {
      const { host = null, adminPass = secureToken(9) } = body.evacuate
      const leavesStopped = api.has('evacuateLeavesStopped')
      const forced = isForced(body.evacuate, host, api.has('evacuationIsScheduled'))
      await evacuate(ctx, who, request, id, { host, forced, leavesStopped })
      return api.has('evacuationAnswersNothing') ? ok() : ok({ adminPass })
    },
  }),
]

/**
 * Whether a host is taken unseen: for a while that could be asked for, and before that, whoever named a host meant it.
 * Of the newest bodies no one can: the schema has no such word.
 */
function isForced(body: object, host: string | null, isScheduled: boolean): boolean {
  return isScheduled ? 'force' in body && body.force === true : host !== null
}

function migrationFilter(query: Query): MigrationFilter {
  const { since, before } = timesOf(query)
  const wanted = {
    projectId: query.one('project_id'),
    userId: query.one('user_id'),
    serverId: query.one('instance_uuid'),
    status: query.one('status'),
    kind: query.one('migration_type'),
    source: query.one('source_compute'),
    host: query.one('host'),
    since: since ?? undefined,
    before: before ?? undefined,
  }
  return Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined))
}
