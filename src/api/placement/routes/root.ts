/** The version document. It needs no token, and links to itself by an empty address. */
import { placementVersions } from '../changes.ts'
import { route } from '../route.ts'

export const rootRoutes = [
  route({
    name: 'root',
    method: 'GET',
    path: '/',
    rule: null,
    handler: async () => ({
      status: 200,
      body: {
        versions: [
          {
            id: `v${placementVersions.min}`,
            max_version: placementVersions.max,
            min_version: placementVersions.min,
            status: 'CURRENT',
            links: [{ rel: 'self', href: '' }],
          },
        ],
      },
      modifiedAt: 'now',
    }),
  }),
]
