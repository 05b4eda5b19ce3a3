/** What servers have beside themselves: volumes, interfaces and addresses, security groups, shares. */
import type { Asked, Chapter } from './chapter.ts'
import { acting, booting } from './chapters-of-servers.ts'

const member = { as: 'member' } as const
const conflict = { conflictingRequest: { code: 409 } }
const volumes = '/servers/{server}/os-volume_attachments'
const attaching = (volume: string, status: number, more: Partial<Asked> = {}): Asked => ({
  ask: `POST ${volumes}`,
  ...member,
  body: { volumeAttachment: { volumeId: volume } },
  status,
  ...more,
})

const exchanged: Chapter = {
  title: 'the volume service exchanges a volume of a server for another',
  versions: [1, 84, 85],
  steps: [
    booting('server'),
    attaching('{volume}', 200),
    {
      ask: `PUT ${volumes}/{volume}`,
      body: { volumeAttachment: { volumeId: '{other}' } },
      status: 409,
      answer: conflict,
    },
    { movingVolume: '{volume}' },
    {
      ask: `PUT ${volumes}/{volume}`,
      ...member,
      body: { volumeAttachment: { volumeId: '{other}' } },
      status: 403,
    },
    {
      ask: `PUT ${volumes}/{volume}`,
      body: { volumeAttachment: { volumeId: '{other}' } },
      status: 202,
    },
    { ask: `GET ${volumes}/{other}`, ...member, status: 200 },
    { ask: `GET ${volumes}/{volume}`, ...member, status: 404 },
  ],
}

const kept: Chapter = {
  title:
    'what a server boots from is not taken from it, nor anything while nothing may be done with it',
  versions: [1],
  steps: [
    {
      ask: 'POST /servers',
      ...member,
      body: {
        server: {
          name: 'server',
          flavorRef: 'small',
          block_device_mapping_v2: [
            {
              boot_index: 0,
              uuid: '{image}',
              source_type: 'image',
              destination_type: 'volume',
              volume_size: 1,
            },
          ],
        },
      },
      status: 202,
      keeps: { server: 'server.id' },
    },
    {
      ask: `GET ${volumes}`,
      ...member,
      status: 200,
      keeps: { root: 'volumeAttachments.0.volumeId' },
    },
    { ask: `DELETE ${volumes}/{root}`, ...member, status: 400 },
    attaching('{volume}', 200),
    attaching('{volume}', 400),
    acting('server', { suspend: null }, 202),
    { ask: `DELETE ${volumes}/{volume}`, ...member, status: 409, answer: conflict },
    attaching('{other}', 409, { answer: conflict }),
    acting('server', { resume: null }, 202),
    { ask: `DELETE ${volumes}/{volume}`, ...member, status: 202 },
    { ask: `DELETE ${volumes}/{volume}`, ...member, status: 404 },
  ],
}

const interfaces = '/servers/{server}/os-interface'
const plugging = (status: number, more: Partial<Asked> = {}): Asked => ({
  ask: `POST ${interfaces}`,
  ...member,
  body: { interfaceAttachment: { net_id: '{network}' } },
  status,
  ...more,
})

const unplugged: Chapter = {
  title: 'a host that cannot attach an interface says so, and leaves nothing behind',
  versions: [1],
  toldBy: ['manager', 'admin'],
  steps: [
    booting('server'),
    { faults: [{ on: 'attach_interface', raise: 'InterfaceAttachFailed' }] },
    plugging(500, { answer: { computeFault: { code: 500 } } }),
    { faults: [{ on: 'attach_interface', raise: 'NotImplementedError' }] },
    plugging(501, { answer: { notImplemented: { code: 501 } } }),
    { faults: [] },
    { ask: `GET ${interfaces}`, ...member, status: 200, answer: { interfaceAttachments: [] } },
    plugging(200, { keeps: { port: 'interfaceAttachment.port_id' } }),
    { ask: `DELETE ${interfaces}/{port}`, ...member, status: 202 },
    { ask: `GET ${interfaces}/{port}`, ...member, status: 404 },
  ],
}

const addresses: Chapter = {
  title: 'a server is given addresses of both kinds, which are taken from it again',
  versions: [1],
  toldBy: ['manager', 'admin'],
  steps: [
    booting('server'),
    plugging(200),
    acting('server', { addFixedIp: { networkId: '{network}' } }, 202),
    {
      ask: 'GET /servers/{server}',
      ...member,
      status: 200,
      keeps: { second: 'server.addresses.private.1.addr' },
    },
    acting('server', { removeFixedIp: { address: '{second}' } }, 202),
    acting('server', { removeFixedIp: { address: '{second}' } }, 404),
    {
      ask: 'POST /os-floating-ips',
      ...member,
      body: {},
      status: 200,
      keeps: { floating: 'floating_ip.ip', floatingId: 'floating_ip.id' },
    },
    acting('server', { addFloatingIp: { address: '{floating}' } }, 202),
    acting('server', { removeFloatingIp: { address: '{floating}' } }, 202),
    acting('server', { removeFloatingIp: { address: '{floating}' } }, 409),
    { ask: 'DELETE /os-floating-ips/{floatingId}', ...member, status: 202 },
  ],
}

const groups: Chapter = {
  title: 'a security group is told from another of the same name by its id alone',
  versions: [1],
  toldBy: ['manager', 'admin'],
  steps: [
    booting('server'),
    plugging(200),
    ...['first', 'second'].map((name): Asked => ({
      ask: 'POST /os-security-groups',
      ...member,
      body: { security_group: { name: 'web', description: name } },
      status: 200,
      keeps: { [name]: 'security_group.id' },
    })),
    acting('server', { addSecurityGroup: { name: 'web' } }, 409, { answer: conflict }),
    acting('server', { addSecurityGroup: { name: '{first}' } }, 202),
    acting('server', { removeSecurityGroup: { name: 'web' } }, 409, { answer: conflict }),
    acting('server', { removeSecurityGroup: { name: '{first}' } }, 202),
  ],
}

const networkChoice: Chapter = {
  title: 'a new server takes no port that another has',
  versions: [1],
  steps: [
    booting('server'),
    plugging(200, { keeps: { port: 'interfaceAttachment.port_id' } }),
    {
      ask: 'POST /servers',
      ...member,
      body: {
        server: {
          name: 'second',
          flavorRef: 'small',
          imageRef: '{image}',
          networks: [{ port: '{port}' }],
        },
      },
      status: 409,
      answer: conflict,
    },
  ],
}

const shares = '/servers/{server}/shares'
const shared: Chapter = {
  title: 'a share is attached to a server that is stopped, and taken from it',
  versions: [97],
  toldBy: ['manager'],
  steps: [
    booting('server'),
    acting('server', { 'os-stop': null }, 202),
    {
      ask: `POST ${shares}`,
      ...member,
      body: { share: { share_id: '{share}', tag: 'data' } },
      status: 201,
      answer: { share: { share_id: '{share}', tag: 'data', status: 'attaching' } },
    },
    {
      ask: `GET ${shares}/{share}`,
      as: 'reader',
      status: 200,
      answer: { share: { share_id: '{share}', status: 'inactive' } },
    },
    {
      ask: `GET ${shares}/{share}`,
      status: 200,
      answer: { share: { export_location: 'simulated:/shares/{share}' } },
    },
    { ask: `GET ${shares}`, ...member, status: 200, answer: { shares: [{ tag: 'data' }] } },
    { ask: `GET ${shares}/{share}?what=else`, ...member, status: 400 },
    { ask: `DELETE ${shares}/{share}`, ...member, status: 200 },
    { ask: `GET ${shares}/{share}`, ...member, status: 404 },
  ],
}

export const chaptersOfParts: readonly Chapter[] = [
  exchanged,
  kept,
  unplugged,
  addresses,
  groups,
  networkChoice,
  shared,
]
