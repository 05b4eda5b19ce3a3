/** The Image API, version 2. */
import type { Authenticate } from '../../app/identity/authenticate.ts'
import type { ImageContext } from '../../app/image/context.ts'
import type { Identity } from '../../domain/identity.ts'
import { titleOf } from '../http/problems.ts'
import { restService } from '../http/rest-service.ts'
import type { Handler, OpenHandler } from '../http/rest-service.ts'
import type { Route } from '../http/router.ts'
import type { HttpReply, HttpRequest, Refusal, Service } from '../http/service.ts'
import { imageRoutes } from './image-routes.ts'
import { memberRoutes } from './member-routes.ts'
import { schemas } from './schemas.ts'
import { versionsDocument } from './views.ts'
import { problem } from '../../lib/problem.ts'

export function imageService(ctx: ImageContext, authenticate: Authenticate): Service {
  return restService<Identity>({
    open: versionRoutes,
    routes: [...imageRoutes(ctx), ...memberRoutes(ctx), ...infoRoutes],
    authenticate: async ({ headers }) => await authenticate(headers),
    refuse,
    streams: (method, path) => method === 'PUT' && /^\/v2\/images\/[^/]+\/file$/.test(path),
  })
}

const versions: OpenHandler = async ({ request }) => ({
  status: request.path === '/versions' ? 200 : 300,
  body: versionsDocument(request.origin + request.mount),
})

const versionRoutes: readonly Route<OpenHandler>[] = [
  ['GET', '', versions],
  ['GET', '/', versions],
  ['GET', '/versions', versions],
]

/** What clients ask before they import. There is one way to bring data here: to upload it. */
const infoRoutes: readonly Route<Handler>[] = [
  [
    'GET',
    '/v2/info/import',
    async () => ({
      status: 200,
      body: {
        'import-methods': { description: 'Import methods available.', type: 'array', value: [] },
      },
    }),
  ],
  [
    'GET',
    '/v2/info/stores',
    async () => ({ status: 200, body: { stores: [{ id: 'file', default: 'true' }] } }),
  ],
  [
    'GET',
    '/v2/schemas/{name}',
    async ({ params }) => {
      const name = params['name'] ?? ''
      const found = Object.hasOwn(schemas, name) ? schemas[name] : undefined
      if (found === undefined) throw problem('not-found', `There is no schema ${name}.`)
      return { status: 200, body: found }
    },
  ],
]

/** The error form of the Image API. */
function refuse({ status, problem: refused }: Refusal, request: HttpRequest | null): HttpReply {
  const code = refused.details['tooLarge'] === true ? 413 : status
  return {
    status: code,
    ...(code === 401 && request !== null
      ? { headers: { 'WWW-Authenticate': `Keystone uri="${request.origin}/identity"` } }
      : {}),
    body: {
      message: refused.message,
      code: `${code} ${titleOf(code)}`,
      title: titleOf(code),
    },
  }
}
