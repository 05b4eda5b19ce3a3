/** Which versions of Identity there are: one. */

export function versionDocument(base: string): object {
  return { version: version(base) }
}

/** The answer to the root, status 300: a choice of one. */
export function versionsDocument(base: string): object {
  return { versions: { values: [version(base)] } }
}

function version(base: string): object {
  return {
    id: 'v3.14',
    status: 'stable',
    updated: '2020-04-07T00:00:00Z',
    links: [{ rel: 'self', href: `${base}/v3/` }],
    'media-types': [
      { base: 'application/json', type: 'application/vnd.openstack.identity-v3+json' },
    ],
  }
}
