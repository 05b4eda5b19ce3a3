/**
 * What can be asked of one server in the course of its life, in an order in which all of it can be done: each step as data, in the
 * words of whatever version it is asked at.
 */
import type { Caller } from '../support/callers.ts'

/** What the steps speak of. */
export type Setting = {
  readonly server: string
  /** The server's host, and another one. */
  readonly here: string
  readonly there: string
  readonly flavor: string
  readonly image: string
  readonly volume: string
  readonly network: string
}

export type Step = {
  readonly title: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Below the server. */
  readonly path: (of: Setting) => string
  /** Undefined for none. */
  readonly body?: (of: Setting, at: number) => unknown
  readonly as?: Caller
  readonly status: number | ((at: number) => number)
  /** Where the step exists; everywhere, unless it is said. */
  readonly from?: number
  readonly until?: number
}

const action = (
  name: string,
  value: (of: Setting, at: number) => unknown = () => null,
  more: Partial<Step> = {},
): Step => ({
  title: name,
  method: 'POST',
  path: () => '/action',
  body: (of, at) => ({ [name]: value(of, at) }),
  status: 202,
  ...more,
})

const byAdmin = { as: 'admin' } as const
const confirm = action('confirmResize', () => null, { status: 204 })
const larger = action('resize', ({ flavor }) => ({ flavorRef: flavor }))
const since = (version: number, at: number, value: object): object => (at < version ? {} : value)

export const serverLife: readonly Step[] = [
  {
    title: 'update',
    method: 'PUT',
    path: () => '',
    body: (_, at) => ({
      server: {
        name: 'renamed',
        accessIPv4: '10.0.0.9',
        ...since(19, at, { description: 'told' }),
        ...since(90, at, { hostname: 'renamed' }),
      },
    }),
    status: 200,
  },
  {
    title: 'add to metadata',
    method: 'POST',
    path: () => '/metadata',
    body: () => ({ metadata: { more: 'of it' } }),
    status: 200,
  },
  {
    title: 'replace metadata',
    method: 'PUT',
    path: () => '/metadata',
    body: () => ({ metadata: { a: 'b', c: 'd' } }),
    status: 200,
  },
  {
    title: 'set an item',
    method: 'PUT',
    path: () => '/metadata/a',
    body: () => ({ meta: { a: 'e' } }),
    status: 200,
  },
  { title: 'drop an item', method: 'DELETE', path: () => '/metadata/a', status: 204 },
  {
    title: 'replace tags',
    method: 'PUT',
    path: () => '/tags',
    body: () => ({ tags: ['x', 'y'] }),
    status: 200,
    from: 26,
  },
  { title: 'add a tag', method: 'PUT', path: () => '/tags/z', status: 201, from: 26 },
  { title: 'look for a tag', method: 'GET', path: () => '/tags/z', status: 204, from: 26 },
  { title: 'list tags', method: 'GET', path: () => '/tags', status: 200, from: 26 },
  { title: 'drop a tag', method: 'DELETE', path: () => '/tags/z', status: 204, from: 26 },
  { title: 'drop all tags', method: 'DELETE', path: () => '/tags', status: 204, from: 26 },
  {
    title: 'attach an interface',
    method: 'POST',
    path: () => '/os-interface',
    body: ({ network }, at) => ({
      interfaceAttachment: { net_id: network, ...since(49, at, { tag: 'nic' }) },
    }),
    status: 200,
  },
  action('addFixedIp', ({ network }) => ({ networkId: network }), { until: 43 }),
  action('addSecurityGroup', () => ({ name: 'web' })),
  action('removeSecurityGroup', () => ({ name: 'web' })),
  {
    title: 'attach a volume',
    method: 'POST',
    path: () => '/os-volume_attachments',
    body: ({ volume }, at) => ({
      volumeAttachment: {
        volumeId: volume,
        ...since(49, at, { tag: 'disk' }),
        ...since(79, at, { delete_on_termination: false }),
      },
    }),
    status: (at) => (at < 101 ? 200 : 202),
  },
  {
    title: 'list its volumes',
    method: 'GET',
    path: () => '/os-volume_attachments',
    status: 200,
  },
  {
    title: 'show an attachment',
    method: 'GET',
    path: ({ volume }) => `/os-volume_attachments/${volume}`,
    status: 200,
  },
  {
    title: 'keep it when the server goes',
    method: 'PUT',
    path: ({ volume }) => `/os-volume_attachments/${volume}`,
    body: ({ volume }) => ({
      volumeAttachment: { volumeId: volume, delete_on_termination: false },
    }),
    status: 202,
    from: 85,
  },
  {
    title: 'detach it',
    method: 'DELETE',
    path: ({ volume }) => `/os-volume_attachments/${volume}`,
    status: 202,
  },
  action('lock', (_, at) => (at < 73 ? null : { locked_reason: 'mine' })),
  action('unlock'),
  action('os-getConsoleOutput', () => ({ length: 5 }), { status: 200 }),
  action('os-getVNCConsole', () => ({ type: 'novnc' }), { status: 200, until: 5 }),
  action('os-getSPICEConsole', () => ({ type: 'spice-html5' }), { status: 200, until: 5 }),
  action('os-getSerialConsole', () => ({ type: 'serial' }), { status: 200, until: 5 }),
  action('injectNetworkInfo', () => null, byAdmin),
  action('changePassword', () => ({ adminPass: 'new-password' })),
  {
    title: 'forget the password',
    method: 'DELETE',
    path: () => '/os-server-password',
    status: 204,
  },
  action('pause'),
  action('unpause'),
  action('suspend'),
  action('resume'),
  action('os-stop'),
  action('os-start'),
  action('reboot', () => ({ type: 'HARD' })),
  action('createImage', () => ({ name: 'snapshot' })),
  action('createBackup', () => ({ name: 'backup', backup_type: 'daily', rotation: 1 })),
  action('rescue', () => null, { status: 200 }),
  action('unrescue'),
  action('rebuild', ({ image }, at) => ({
    imageRef: image,
    name: 'rebuilt',
    ...since(19, at, { description: 'made anew' }),
    ...since(54, at, { key_name: null }),
    ...since(57, at, { user_data: 'YWJj' }),
    ...since(63, at, { trusted_image_certificates: null }),
    ...since(90, at, { hostname: 'rebuilt' }),
  })),
  larger,
  action('revertResize'),
  larger,
  confirm,
  action('migrate', ({ there }, at) => (at < 56 ? null : { host: there }), byAdmin),
  confirm,
  action(
    'os-migrateLive',
    ({ here }, at) => ({
      host: here,
      block_migration: at < 25 ? false : 'auto',
      ...(at < 25 ? { disk_over_commit: false } : {}),
    }),
    byAdmin,
  ),
  action('shelve'),
  action('unshelve'),
  action('shelve'),
  action('shelveOffload', () => null, byAdmin),
  action('unshelve', (_, at) => (at < 77 ? null : { availability_zone: 'nova' })),
  action('os-resetState', () => ({ state: 'error' }), byAdmin),
  action('os-resetState', () => ({ state: 'active' }), byAdmin),
  action('trigger_crash_dump', () => null, { from: 17 }),
  { title: 'delete', method: 'DELETE', path: () => '', status: 204 },
]

/** A server as it is asked for at a version, with as much as can be said there. */
export function newServer(of: Omit<Setting, 'server'>, at: number): unknown {
  return {
    server: {
      name: 'server',
      flavorRef: '1',
      imageRef: of.image,
      metadata: { a: 'b' },
      ...since(19, at, { description: 'what it is for' }),
      ...since(37, at, { networks: 'none' }),
      ...since(52, at, { tags: ['tag'] }),
      ...since(63, at, { trusted_image_certificates: null }),
      ...since(74, at, { host: of.here }),
      ...since(90, at, { hostname: 'named' }),
    },
  }
}
