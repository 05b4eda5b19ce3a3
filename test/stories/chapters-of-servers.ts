/** Servers put aside and brought back, moved, looked at and told about, in the words of each version. */
import type { Asked, Chapter } from './chapter.ts'

/** A server of the member's, on a host of its own if one is named. */
export function booting(name: string, host?: string): Asked {
  const server = { name, flavorRef: 'small', imageRef: '{image}', networks: 'none' }
  const zone = host === undefined ? {} : { availability_zone: `nova:${host}` }
  return {
    ask: 'POST /servers',
    as: host === undefined ? 'member' : 'admin',
    at: 90,
    body: { server: { ...server, ...zone } },
    status: 202,
    keeps: { [name]: 'server.id' },
  }
}

export function acting(
  server: string,
  body: object,
  status: number,
  more: Partial<Asked> = {},
): Asked {
  return { ask: `POST /servers/{${server}}/action`, as: 'member', body, status, ...more }
}

const byAdmin = { as: 'admin' } as const
const conflict = { conflictingRequest: { code: 409 } }
const hour = 3_600_000

const softDelete: Chapter = {
  title: 'a server is deleted for the time being, restored, and deleted for good',
  versions: [1],
  settings: { reclaimAfterMs: hour },
  steps: [
    booting('server'),
    { ask: 'DELETE /servers/{server}', as: 'member', status: 204 },
    { ask: 'GET /servers/{server}', as: 'member', status: 200 },
    acting('server', { restore: null }, 202),
    {
      ask: 'GET /servers/{server}',
      as: 'member',
      status: 200,
      answer: { server: { status: 'ACTIVE' } },
    },
    { ask: 'DELETE /servers/{server}', as: 'member', status: 204 },
    acting('server', { forceDelete: null }, 202),
    { ask: 'GET /servers/{server}', as: 'member', status: 404 },
  ],
}

const evacuation: Chapter = {
  title: 'a server is evacuated from a host that is lost',
  versions: [1, 14, 29, 68, 95],
  steps: [
    booting('server', 'host1'),
    acting('server', { evacuate: { onSharedStorage: false } }, 400, { ...byAdmin, until: 13 }),
    { lost: 'host1' },
    {
      ask: 'PUT /os-services/force-down',
      at: 11,
      body: { host: 'host1', binary: 'nova-compute', forced_down: true },
      status: 200,
    },
    acting('server', { evacuate: { onSharedStorage: false, host: 'host2' } }, 200, {
      ...byAdmin,
      until: 13,
    }),
    acting('server', { evacuate: { host: 'host2' } }, 200, { ...byAdmin, from: 14, until: 28 }),
    acting('server', { evacuate: { host: 'host2', force: false } }, 200, {
      ...byAdmin,
      from: 29,
      until: 67,
    }),
    acting('server', { evacuate: {} }, 200, { ...byAdmin, from: 68 }),
    {
      ask: 'GET /servers/{server}',
      status: 200,
      answer: { server: { status: 'ACTIVE', 'OS-EXT-SRV-ATTR:host': 'host2' } },
      until: 94,
    },
    {
      ask: 'GET /servers/{server}',
      status: 200,
      answer: { server: { status: 'SHUTOFF', 'OS-EXT-SRV-ATTR:host': 'host2' } },
      from: 95,
    },
  ],
}

const live = (more: Partial<Asked> = {}): Asked =>
  acting('server', { 'os-migrateLive': { host: null, block_migration: 'auto' } }, 202, {
    ...byAdmin,
    at: 30,
    goesOn: true,
    ...more,
  })
const moves = 'GET /servers/{server}/migrations'
const move = '/servers/{server}/migrations/{move}'

const liveMoveHurried: Chapter = {
  title: 'a live move is watched, and hurried',
  versions: [22, 23, 59, 80],
  steps: [
    booting('server', 'host1'),
    { slow: 'host1' },
    live(),
    { moving: '{server}', until: 'running' },
    { ask: 'GET /os-migrations', status: 200, goesOn: true, keeps: { move: 'migrations.0.id' } },
    {
      ask: moves,
      from: 23,
      status: 200,
      answer: { migrations: [{ id: '{move}' }] },
      goesOn: true,
    },
    {
      ask: `GET ${move}`,
      from: 23,
      status: 200,
      answer: { migration: { id: '{move}', status: 'running', source_compute: 'host1' } },
      goesOn: true,
    },
    { ask: `GET ${move}`, as: 'manager', from: 23, status: 403, goesOn: true },
    acting('server', { pause: null }, 409, { goesOn: true, answer: conflict }),
    { ask: `POST ${move}/action`, body: { force_complete: null }, status: 202 },
    { ask: `GET ${move}`, from: 23, status: 404 },
    {
      ask: 'GET /servers/{server}',
      status: 200,
      answer: { server: { status: 'ACTIVE', 'OS-EXT-SRV-ATTR:host': 'host2' } },
    },
  ],
}

const liveMoveCalledOff: Chapter = {
  title: 'a live move is called off',
  versions: [24, 65],
  steps: [
    booting('server', 'host1'),
    { slow: 'host1' },
    live(),
    { moving: '{server}', until: 'running' },
    { ask: moves, status: 200, goesOn: true, keeps: { move: 'migrations.0.id' } },
    { ask: `DELETE ${move}`, status: 202 },
    {
      ask: 'GET /servers/{server}',
      status: 200,
      answer: { server: { status: 'ACTIVE', 'OS-EXT-SRV-ATTR:host': 'host1' } },
    },
  ],
}

const liveMoveWaiting: Chapter = {
  title: 'a live move that waits its turn is not hurried, and called off by those who know of such',
  versions: [24, 65],
  settings: { liveMigrationsAtOnce: 1 },
  steps: [
    booting('first', 'host1'),
    booting('server', 'host1'),
    { slow: 'host1' },
    live({ ask: 'POST /servers/{first}/action' }),
    { moving: '{first}', until: 'running' },
    live(),
    { moving: '{server}', until: 'queued' },
    { ask: moves, status: 200, goesOn: true, keeps: { move: 'migrations.0.id' } },
    { ask: `POST ${move}/action`, body: { force_complete: null }, status: 400, goesOn: true },
    { ask: `DELETE ${move}`, status: 400, until: 64, goesOn: true },
    { ask: `DELETE ${move}`, at: 65, status: 202, goesOn: true },
    {
      ask: moves.replace('server}', 'first}'),
      status: 200,
      goesOn: true,
      keeps: { moveOfFirst: 'migrations.0.id' },
    },
    { ask: 'DELETE /servers/{first}/migrations/{moveOfFirst}', status: 202, goesOn: true },
  ],
}

const unable = { notImplemented: { code: 501 } }
const told = (verb: string): { readonly faults: readonly [{ on: string; raise: string }] } => ({
  faults: [{ on: verb, raise: 'NotImplementedError' }],
})
const oldConsoles = ['os-getVNCConsole', 'os-getSPICEConsole', 'os-getSerialConsole'] as const
const typeOf = { VNC: 'novnc', SPICE: 'spice-html5', Serial: 'serial' }
const consoleOf = (name: string): object => {
  const [, kind = ''] = /os-get(\w+)Console/.exec(name) ?? []
  return { [name]: { type: typeOf[kind as keyof typeof typeOf] } } // One of the names above.
}

const looks: Chapter = {
  title: 'a host that cannot show a console, its output or figures says so',
  versions: [1],
  steps: [
    booting('server'),
    told('get_console'),
    ...oldConsoles.map((name) => acting('server', consoleOf(name), 501, { answer: unable })),
    {
      ask: 'POST /servers/{server}/remote-consoles',
      as: 'member',
      at: 6,
      body: { remote_console: { protocol: 'vnc', type: 'novnc' } },
      status: 501,
      answer: unable,
    },
    told('get_console_output'),
    acting('server', { 'os-getConsoleOutput': {} }, 501, { answer: unable }),
    told('get_diagnostics'),
    { ask: 'GET /servers/{server}/diagnostics', status: 501, answer: unable },
    told('set_admin_password'),
    acting('server', { changePassword: { adminPass: 'secret' } }, 501, { answer: unable }),
    { faults: [{ on: 'set_admin_password', raise: 'InstancePasswordSetFailed' }] },
    acting('server', { changePassword: { adminPass: 'secret' } }, 409, { answer: conflict }),
    { faults: [] },
    acting('server', { changePassword: { adminPass: 'secret' } }, 202),
    {
      ask: 'GET /servers/{server}',
      status: 200,
      answer: { server: { status: 'ACTIVE', 'OS-EXT-STS:task_state': null } },
    },
  ],
}

const notThere: Chapter = {
  title: 'a server that is on no host has no console and no network to put in order',
  versions: [1],
  settings: { offloadAfterMs: 0 },
  steps: [
    booting('server'),
    acting('server', { shelve: null }, 202),
    ...oldConsoles.map((name) => acting('server', consoleOf(name), 409, { answer: conflict })),
    acting('server', { injectNetworkInfo: null }, 409, { ...byAdmin, answer: conflict }),
  ],
}

const event = (more: object): object => ({ events: [{ server_uuid: '{server}', ...more }] })
const telling = (from: number, more: object, answer: object): Asked => ({
  ask: 'POST /os-server-external-events',
  as: 'service',
  body: event(more),
  from,
  status: 200,
  answer: { events: [{ code: 200, ...answer }] },
})

const events: Chapter = {
  title: 'other services tell of a server, each since the version that knows of it',
  versions: [1, 51, 76, 82, 93],
  steps: [
    booting('server'),
    telling(1, { name: 'network-changed' }, { name: 'network-changed', status: 'completed' }),
    telling(51, { name: 'volume-extended', tag: '{volume}' }, { tag: '{volume}' }),
    telling(76, { name: 'power-update', tag: 'POWER_OFF' }, { tag: 'POWER_OFF' }),
    telling(82, { name: 'accelerator-request-bound', tag: '{nobody}' }, { tag: '{nobody}' }),
    telling(93, { name: 'volume-reimaged', tag: '{volume}' }, { tag: '{volume}' }),
    {
      ask: 'GET /servers/{server}',
      from: 76,
      status: 200,
      answer: { server: { status: 'SHUTOFF' } },
    },
    {
      ask: 'POST /os-server-external-events',
      as: 'service',
      body: { events: [{ name: 'network-changed', server_uuid: '{nobody}' }] },
      status: 207,
      answer: { events: [{ code: 404, status: 'failed' }] },
    },
  ],
}

export const chaptersOfServers: readonly Chapter[] = [
  softDelete,
  evacuation,
  liveMoveHurried,
  liveMoveCalledOff,
  liveMoveWaiting,
  looks,
  notThere,
  events,
]
