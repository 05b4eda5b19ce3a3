/** Servers put aside and brought back, and moved, in the words of each version. */
import type { Asked, Chapter } from './chapter.ts'

/** A server of the member's; on a host that is named an admin has it. */
export function booting(name: string, host?: string, inZone = 'nova'): Asked {
  const server = { name, flavorRef: 'small', imageRef: '{image}', networks: 'none' }
  const zone = host === undefined ? {} : { availability_zone: `${inZone}:${host}` }
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

const undecided: Chapter = {
  title: 'a server that seems to wait for a decision, and was never moved, takes none',
  versions: [1],
  steps: [
    booting('server'),
    { believed: '{server}', vmState: 'resized' },
    acting('server', { confirmResize: null }, 400),
    acting('server', { revertResize: null }, 400),
    { believed: '{server}', vmState: 'active' },
    acting('server', { revertResize: null }, 409, { answer: conflict }),
  ],
}

const softDelete: Chapter = {
  title: 'a server is deleted for the time being, restored, and deleted for good',
  versions: [1],
  toldBy: ['manager', 'admin'],
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

const coldMove: Chapter = {
  title: 'a server is moved to wherever there is room, and stays there',
  versions: [1],
  teller: 'manager',
  toldBy: ['admin'],
  steps: [
    booting('server', 'host1'),
    acting('server', { migrate: null }, 202, { as: 'manager' }),
    acting('server', { confirmResize: null }, 204, { as: 'manager' }),
    {
      ask: 'GET /servers/{server}',
      status: 200,
      answer: { server: { status: 'ACTIVE', 'OS-EXT-SRV-ATTR:host': 'host2' } },
    },
  ],
}

/** With an image and a flavor that everybody may have. */
const ofAnybody: Chapter = {
  title: 'a server belongs to whoever has it made',
  versions: [1],
  toldBy: ['manager', 'other'],
  steps: [
    {
      ask: 'POST /servers',
      as: 'member',
      at: 90,
      body: {
        server: {
          name: 'server',
          flavorRef: 'small',
          imageRef: '{publicImage}',
          networks: 'none',
        },
      },
      status: 202,
      keeps: { server: 'server.id' },
    },
    { ask: 'GET /servers/{server}', as: 'member', status: 200 },
    { ask: 'DELETE /servers/{server}', as: 'member', status: 204 },
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
    {
      ask: 'GET /os-hypervisors?hypervisor_hostname_pattern=host1',
      at: 53,
      status: 200,
      answer: { hypervisors: [{ state: 'down' }] },
      keeps: { hypervisor: 'hypervisors.0.id' },
    },
    {
      ask: 'GET /os-hypervisors/{hypervisor}/uptime',
      at: 53,
      status: 400,
      answer: {
        badRequest: { message: 'Compute service of host1 is unavailable at this time.' },
      },
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
  versions: [23, 22, 59, 80],
  teller: 'manager',
  toldBy: ['admin'],
  steps: [
    booting('server', 'host1'),
    { slow: 'host1' },
    live(),
    { moving: '{server}', until: 'running' },
    { ask: 'GET /os-migrations', status: 200, goesOn: true, keeps: { move: 'migrations.0.id' } },
    {
      ask: moves,
      as: 'manager',
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
    acting('server', { pause: null }, 409, { goesOn: true, answer: conflict }),
    { ask: `POST ${move}/action`, as: 'manager', body: { force_complete: null }, status: 202 },
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
  teller: 'manager',
  toldBy: ['admin'],
  steps: [
    booting('server', 'host1'),
    { slow: 'host1' },
    live({ as: 'manager' }),
    { moving: '{server}', until: 'running' },
    { ask: moves, status: 200, goesOn: true, keeps: { move: 'migrations.0.id' } },
    { ask: `DELETE ${move}`, as: 'manager', status: 202 },
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

export const chaptersOfServers: readonly Chapter[] = [
  undecided,
  softDelete,
  coldMove,
  ofAnybody,
  evacuation,
  liveMoveHurried,
  liveMoveCalledOff,
  liveMoveWaiting,
]
