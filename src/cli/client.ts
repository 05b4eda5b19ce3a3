/**
 * A client of the public HTTP API, with a token of its own.
 *
 * Whatever goes wrong becomes a problem with a sentence for the user: that nobody answers, that the credentials do not count,
 * or what the service itself said.
 */
import { problem } from '../lib/problem.ts'
import type { ProblemKind } from '../lib/problem.ts'
import type { Access, Login } from './access.ts'

export type Client = {
  readonly url: string
  /** The document at a path below the root, such as `/berth/v1/hosts`. Its type is what the API promises. */
  get<T>(path: string): Promise<T>
  send<T>(
    method: 'DELETE' | 'POST' | 'PUT',
    path: string,
    body?: object,
    headers?: Headers,
  ): Promise<T>
  /** A response whose body is read as it comes. */
  stream(path: string, headers: Headers, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>
}

export type Headers = Readonly<Record<string, string>>

/**
 * Logs in, if a password is what there is.
 * @throws `unavailable` when nobody answers, `unauthenticated` when the cloud does not know us.
 */
export async function connect({ url, login }: Access, signal: AbortSignal): Promise<Client> {
  const token = await tokenFor(url, login, signal)
  const ask = async (
    method: string,
    path: string,
    { body, headers, until }: Partial<{ body: object; headers: Headers; until: AbortSignal }>,
  ): Promise<Response> =>
    await answered(url, path, {
      method,
      signal: until ?? signal,
      headers: {
        'X-Auth-Token': token,
        ...usualHeaders(path),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  return {
    url,
    get: async (path) => await documentIn(await ask('GET', path, {})),
    send: async (method, path, body, headers = {}) =>
      await documentIn(
        await ask(method, path, { headers, ...(body === undefined ? {} : { body }) }),
      ),
    stream: async (path, headers, until) => {
      const { body } = await ask('GET', path, { headers, until })
      if (body === null) throw problem('unavailable', `${url}${path} sends nothing`)
      return body
    },
  }
}

async function tokenFor(url: string, login: Login, signal: AbortSignal): Promise<string> {
  if (login.kind === 'token') return login.token
  const { username, password, project, userDomain, projectDomain } = login
  const user = { name: username, password, domain: { name: userDomain } }
  const auth = {
    identity: { methods: ['password'], password: { user } },
    scope: { project: { name: project, domain: { name: projectDomain } } },
  }
  const response = await answered(url, '/identity/v3/auth/tokens', {
    method: 'POST',
    signal,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ auth }),
  })
  const token = response.headers.get('x-subject-token')
  if (token === null)
    throw problem('unavailable', `What answers at ${url} gives no tokens: it is no cloud`)
  return token
}

/** Compute and Placement speak their newest version here. */
function usualHeaders(path: string): Headers {
  const service = /^\/(compute|placement)\//.exec(path)?.[1]
  return service === undefined ? {} : { 'OpenStack-API-Version': `${service} latest` }
}

/** The response, if it is a good one. */
async function answered(url: string, path: string, request: RequestInit): Promise<Response> {
  const response = await reached(url, path, request)
  if (response.ok) return response
  const said = messageIn(await response.text())
  const { status } = response
  if (status === 401) {
    throw problem('unauthenticated', `The cloud at ${url} does not accept these credentials`)
  }
  throw problem(kindOf(status), said ?? `${request.method} ${path} was answered with ${status}`, {
    status,
  })
}

async function reached(url: string, path: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(url + path, request)
  } catch (thrown) {
    if (request.signal?.aborted === true) throw thrown
    throw problem('unavailable', `No cloud answers at ${url}`, {}, { cause: thrown })
  }
}

async function documentIn<T>(response: Response): Promise<T> {
  const text = await response.text()
  // What the API promises of this document is the caller's to know; there is nothing here that could check it.
  return (text === '' ? null : JSON.parse(text)) as T
}

function kindOf(status: number): ProblemKind {
  if (status === 403) return 'forbidden'
  if (status === 404) return 'not-found'
  if (status === 409) return 'conflict'
  return status >= 500 ? 'unavailable' : 'invalid'
}

/** The services have error forms of their own; all of them hold a message, or a detail, one or two levels down. */
function messageIn(text: string): string | null {
  try {
    const parsed: unknown = JSON.parse(text)
    return firstText(parsed, 3)
  } catch {
    return null
  }
}

function firstText(value: unknown, depth: number): string | null {
  if (typeof value !== 'object' || value === null || depth === 0) return null
  const fields: [string, unknown][] = Object.entries(value)
  for (const [name, field] of fields) {
    if ((name === 'message' || name === 'detail') && typeof field === 'string') return field
  }
  for (const [, field] of fields) {
    const found = firstText(field, depth - 1)
    if (found !== null) return found
  }
  return null
}
