/** Looking into servers, and hearing of them: consoles, figures, what other services tell. */
import type { Asked, Chapter } from './chapter.ts'
import { acting, booting } from './chapters-of-servers.ts'

const byAdmin = { as: 'admin' } as const
const member = { as: 'member' } as const
const conflict = { conflictingRequest: { code: 409 } }
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

const opening = (
  protocol: string,
  type: string,
  status: number,
  more: Partial<Asked> = {},
): Asked => ({
  ask: 'POST /servers/{server}/remote-consoles',
  ...member,
  body: { remote_console: { protocol, type } },
  status,
  ...more,
})

const looks: Chapter = {
  title: 'a host that cannot show a console, its output or figures says so',
  versions: [1],
  steps: [
    booting('server'),
    told('get_console'),
    ...oldConsoles.map((name) => acting('server', consoleOf(name), 501, { answer: unable })),
    opening('vnc', 'novnc', 501, { at: 6, answer: unable }),
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
    opening('vnc', 'novnc', 409, { at: 6, answer: conflict }),
    acting('server', { 'os-getConsoleOutput': {} }, 409, { answer: conflict }),
    { ask: 'GET /servers/{server}/diagnostics', status: 409, answer: conflict },
    acting('server', { injectNetworkInfo: null }, 409, { ...byAdmin, answer: conflict }),
    acting('server', { unshelve: { availability_zone: 'what' } }, 400, { at: 77 }),
    acting('server', { unshelve: null }, 202),
  ],
}

const consoles: Chapter = {
  title: 'consoles of every kind are opened, and what a guest has said is read',
  versions: [6, 8, 17, 78, 99],
  toldBy: ['manager', 'admin'],
  steps: [
    booting('server'),
    opening('vnc', 'novnc', 200, { answer: { remote_console: { type: 'novnc' } } }),
    opening('serial', 'serial', 200),
    opening('spice', 'spice-direct', 200, { from: 99 }),
    acting('server', { 'os-getConsoleOutput': { length: 3 } }, 200),
    acting('server', { trigger_crash_dump: null }, 202, { from: 17 }),
    { ask: 'GET /servers/{server}/topology', from: 78, status: 200, answer: { nodes: [] } },
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

export const chaptersOfLooks: readonly Chapter[] = [looks, notThere, consoles, events]
