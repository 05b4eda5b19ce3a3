/** The change feed, settings, and the saga engine's tables. */
import type { Upgrade } from './upgrade.ts'

export const foundation: Upgrade = {
  number: 1,
  name: 'foundation',
  statements: ({ dialect, identity }) => [
    'CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL)',
    ...(dialect === 'sqlite' ? sqliteFeed(identity) : postgresFeed(identity)),
    'CREATE TABLE saga_subjects (subject TEXT PRIMARY KEY, epoch BIGINT NOT NULL)',
    `CREATE TABLE sagas (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      subject TEXT NOT NULL REFERENCES saga_subjects (subject),
      active BIGINT CHECK (active = 1),
      state TEXT NOT NULL,
      direction TEXT NOT NULL,
      next BIGINT NOT NULL,
      round BIGINT NOT NULL,
      attempts BIGINT NOT NULL,
      params TEXT NOT NULL,
      outputs TEXT NOT NULL,
      problem TEXT,
      interrupt TEXT,
      epoch BIGINT NOT NULL,
      owner TEXT,
      lease_until BIGINT NOT NULL,
      wake_at BIGINT NOT NULL,
      started_at BIGINT NOT NULL,
      updated_at BIGINT NOT NULL,
      ended_at BIGINT,
      UNIQUE (subject, active)
    )`,
    'CREATE INDEX sagas_waiting ON sagas (lease_until) WHERE active = 1',
    `CREATE TABLE saga_log (
      id ${identity},
      saga_id TEXT NOT NULL REFERENCES sagas (id),
      step TEXT NOT NULL,
      title TEXT NOT NULL,
      event TEXT NOT NULL,
      direction TEXT NOT NULL,
      round BIGINT NOT NULL,
      outcome TEXT NOT NULL,
      attempts BIGINT NOT NULL,
      host TEXT,
      started_at BIGINT NOT NULL,
      finished_at BIGINT,
      problem TEXT,
      UNIQUE (saga_id, step, direction, round)
    )`,
    "CREATE INDEX saga_log_unfinished ON saga_log (saga_id) WHERE outcome = 'started'",
  ],
}

function sqliteFeed(identity: string): readonly string[] {
  return [
    `CREATE TABLE changes (
      id ${identity}, xid BIGINT NOT NULL DEFAULT 0, topic TEXT NOT NULL, key TEXT NOT NULL,
      data TEXT NOT NULL, project_id TEXT, at BIGINT NOT NULL
    )`,
    'CREATE INDEX changes_position ON changes (xid, id)',
    'CREATE INDEX changes_age ON changes (at)',
    // One writer: whatever a reader sees is complete.
    'CREATE VIEW changes_horizon AS SELECT 1 AS xid',
  ]
}

/**
 * Numbers are drawn before commits, so a reader may see 8 while 7 is still to come. Each row carries its transaction's id,
 * and a reader stops at the oldest transaction that still runs: below it everything is there.
 */
function postgresFeed(identity: string): readonly string[] {
  return [
    `CREATE TABLE changes (
      id ${identity}, xid BIGINT NOT NULL DEFAULT (pg_current_xact_id()::text::bigint), topic TEXT NOT NULL,
      key TEXT NOT NULL, data TEXT NOT NULL, project_id TEXT, at BIGINT NOT NULL
    )`,
    'CREATE INDEX changes_position ON changes (xid, id)',
    'CREATE INDEX changes_age ON changes (at)',
    `CREATE VIEW changes_horizon AS SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS xid`,
    `CREATE FUNCTION berth_changed() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_notify('berth_changes', ''); RETURN NULL; END $$`,
    `CREATE TRIGGER changes_told AFTER INSERT ON changes FOR EACH STATEMENT EXECUTE FUNCTION berth_changed()`,
  ]
}
