/**
 * What is documented of routes and cannot happen here, with the reason: most of it is the failure of a service of Nova's that is a
 * part of Berth, or of a kind of hypervisor that there is no driver for.
 *
 * A story that is told after all must not be here any more: then the reason is wrong.
 */
export type Impossible = {
  readonly because: string
  /** What is documented: a status, or a version at which it succeeds, or that it succeeds at all. */
  readonly stories: readonly (readonly [route: string, ...what: readonly string[]])[]
}

const action = (name: string): string => `POST /servers/{id}/action ${name}`

export const impossible: readonly Impossible[] = [
  {
    because:
      'It is accepted before the host is asked: one that cannot do it fails the action, not the request.',
    stories: [
      [action('pause'), '501'],
      [action('unpause'), '501'],
      [action('rescue'), '501'],
      [action('unrescue'), '501'],
      ['DELETE /servers/{server_id}/os-interface/{id}', '501'],
    ],
  },
  {
    because: 'No server has accelerators or devices that are passed through to it.',
    stories: [
      [action('suspend'), '400'],
      [action('shelve'), '400'],
      [action('shelveOffload'), '400'],
      ['DELETE /servers/{server_id}/os-interface/{id}', '400'],
    ],
  },
  {
    because:
      'The services for images, networks and volumes are a part of it: none of them refuses it, fails apart from it, or lacks what it asks for.',
    stories: [
      [action('resize'), '401'],
      ['GET /servers/{server_id}/os-interface', '501'],
      ['GET /servers/{server_id}/os-interface/{id}', '403'],
      ['POST /servers/{server_id}/os-volume_attachments', '503'],
    ],
  },
  {
    because:
      'What others change at the same time is waited for in the transaction, so that none of them is refused for it.',
    stories: [
      ['POST /flavors/{flavor_id}/os-extra_specs', '409'],
      ['PUT /flavors/{flavor_id}/os-extra_specs/{id}', '409'],
    ],
  },
  {
    because:
      'Hosts and control plane are of one release: all of them know every policy of a group.',
    stories: [['POST /os-server-groups', '409']],
  },
  {
    because: 'Nova declares it, and nothing in it answers so.',
    stories: [
      ['DELETE /servers/{server_id}/shares/{id}', '400'],
      ['GET /os-hosts/{id}/reboot', '400'],
      ['GET /os-hosts/{id}/shutdown', '400'],
      ['GET /os-hosts/{id}/startup', '400'],
    ],
  },
  {
    because:
      'It is left from the network service that Nova had of its own, with numbers for ids; Neutron, as what is here, does not answer so.',
    stories: [
      ['GET /os-floating-ips/{id}', '400'],
      ['DELETE /os-floating-ips/{id}', '400', '409'],
      ['GET /os-security-groups', '404'],
      ['DELETE /os-security-group-rules/{id}', '409'],
    ],
  },
  {
    because: 'An image that somebody may not see is not there for them.',
    stories: [
      ['GET /images/{image_id}/metadata', '403'],
      ['GET /images/{image_id}/metadata/{id}', '403'],
    ],
  },
  {
    because:
      'Until 2.30 there were tokens for a kind of console that there is not any more: 400 is all that is answered.',
    stories: [['GET /os-console-auth-tokens/{id}', '2.1', '401']],
  },
  {
    because: 'It is documented to answer 400, whatever is asked.',
    stories: [
      [action('os-getRDPConsole'), 'success'],
      ['POST /os-baremetal-nodes', 'success'],
      ['DELETE /os-baremetal-nodes/{id}', 'success'],
      ['POST /os-baremetal-nodes/{id}/action add_interface', 'success'],
      ['POST /os-baremetal-nodes/{id}/action remove_interface', 'success'],
    ],
  },
  {
    because: 'There is no bare metal, and the list of it is empty.',
    stories: [
      ['GET /os-baremetal-nodes', '404', '501'],
      ['GET /os-baremetal-nodes/{id}', 'success', '501'],
    ],
  },
  {
    because:
      'No driver tells how long its host has been up, or switches it: 501, as of hypervisors of Nova that cannot.',
    stories: [
      ['GET /os-hypervisors/{id}/uptime', 'success'],
      ['GET /os-hosts/{id}/reboot', 'success'],
      ['GET /os-hosts/{id}/shutdown', 'success'],
      ['GET /os-hosts/{id}/startup', 'success'],
    ],
  },
]
