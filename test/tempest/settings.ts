/** What Tempest is told of the cloud. */
export type Facts = {
  readonly origin: string
  readonly password: string
  readonly folder: string
  readonly image: string
  readonly otherImage: string
  readonly publicNetwork: string
  /** What the network can do besides, by alias. */
  readonly networkExtensions: readonly string[]
}

/** The text of tempest.conf. A feature that is off here is one that simulated hosts do not have. */
export function settings(facts: Facts): string {
  const sections: Record<string, Record<string, string | number | boolean>> = {
    DEFAULT: { log_file: 'tempest.log' },
    oslo_concurrency: { lock_path: `${facts.folder}/locks` },
    auth: {
      use_dynamic_credentials: true,
      admin_username: 'admin',
      admin_password: facts.password,
      admin_project_name: 'admin',
      admin_domain_name: 'Default',
      tempest_roles: 'member',
    },
    identity: {
      uri_v3: `${facts.origin}/identity/v3`,
      auth_version: 'v3',
      region: 'RegionOne',
      default_domain_id: 'default',
    },
    compute: {
      image_ref: facts.image,
      image_ref_alt: facts.otherImage,
      flavor_ref: 1,
      flavor_ref_alt: 2,
      min_compute_nodes: 2,
      min_microversion: '2.1',
      max_microversion: '2.93',
      build_interval: 0,
      build_timeout: 240,
      hypervisor_type: 'simulated',
    },
    'compute-feature-enabled': {
      resize: true,
      cold_migration: true,
      live_migration: true,
      block_migration_for_live_migration: true,
      pause: true,
      suspend: true,
      shelve: true,
      shelve_migrate: true,
      rescue: true,
      snapshot: true,
      attach_encrypted_volume: false,
      personality: false,
      interface_attach: true,
      swap_volume: true,
      volume_multiattach: true,
    },
    image: { build_interval: 0, build_timeout: 240 },
    'image-feature-enabled': { import_image: false },
    network: {
      public_network_id: facts.publicNetwork,
      floating_network_name: 'public',
      project_network_cidr: '10.100.0.0/16',
      build_interval: 0,
    },
    'network-feature-enabled': {
      ipv6: true,
      port_security: true,
      floating_ips: true,
      api_extensions: facts.networkExtensions.join(','),
    },
    validation: { run_validation: false },
    volume: {
      build_interval: 0,
      build_timeout: 240,
      vendor_name: 'Berth',
      storage_protocol: 'berth',
    },
    'volume-feature-enabled': { backup: false, snapshot: true },
    service_available: { cinder: true, neutron: true, glance: true, nova: true, swift: false },
  }
  return Object.entries(sections)
    .map(([name, options]) => {
      const lines = Object.entries(options).map(([option, value]) => `${option} = ${value}`)
      return [`[${name}]`, ...lines, ''].join('\n')
    })
    .join('\n')
}
