/** Compute and Placement of any OpenStack cloud, found through the catalog that comes with a token. */
import { problem } from '../../lib/problem.ts'
import type { CloudEntry } from './cloud-entry.ts'

export type OpenStack = {
  readonly cloud: string
  /** The newest version of Placement that is used here: 1.38 tells types of consumers. */
  readonly placementVersion: '1.28' | '1.38'
  get<T>(service: Service, path: string): Promise<T>
  /** Answers the status; a conflict is for the caller to understand. */
  put(service: Service, path: string, body: object): Promise<number>
}

export type Service = 'compute' | 'placement'

/** Moves have ids of their own from here on, which are the ids under which they hold something. */
const computeVersion = '2.59'
const wanted = { compute: 'compute', placement: 'placement' } as const

/** @throws `unauthenticated`, `unavailable`, or `invalid` when the cloud has no Placement. */
export async function connectPublicly(entry: CloudEntry, signal: AbortSignal): Promise<OpenStack> {
  const { token, catalog } = await logIn(entry, signal)
  const endpoint = (service: Service): string => {
    const found = catalog
      .filter(({ type }) => type === wanted[service])
      .flatMap(({ endpoints }) => endpoints)
      .find(
        (each) =>
          each.interface === entry.interface &&
          (entry.region === null || each.region === entry.region),
      )
    if (found === undefined) throw problem('invalid', `The cloud has no ${service} service`)
    return found.url.replace(/\/$/, '')
  }
  const urls = { compute: endpoint('compute'), placement: endpoint('placement') }
  let placementVersion: OpenStack['placementVersion'] = '1.28'
  const ask = async (
    service: Service,
    path: string,
    method: string,
    body?: object,
  ): Promise<Response> => {
    const version = service === 'compute' ? computeVersion : placementVersion
    return await reach(`${urls[service]}${path}`, {
      method,
      signal,
      headers: {
        'X-Auth-Token': token,
        Accept: 'application/json',
        'OpenStack-API-Version': `${service} ${version}`,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  }
  const get = async <T>(service: Service, path: string): Promise<T> => {
    const response = await ask(service, path, 'GET')
    if (!response.ok) throw await refusal(response, service, path)
    // What the API promises of this document.
    return (await response.json()) as T
  }
  const { versions } = await get<{ versions: readonly { max_version: string }[] }>('placement', '/')
  const newest = Number((versions[0]?.max_version ?? '1.0').split('.')[1])
  if (newest < 28) throw problem('invalid', 'The cloud has a Placement older than 1.28')
  if (newest >= 38) placementVersion = '1.38'
  return {
    cloud: entry.name,
    placementVersion,
    get,
    put: async (service, path, body) => {
      const response = await ask(service, path, 'PUT', body)
      if (!response.ok && response.status !== 409) throw await refusal(response, service, path)
      await response.text()
      return response.status
    },
  }
}

type Catalog = readonly {
  readonly type: string
  readonly endpoints: readonly {
    readonly interface: string
    readonly region: string | null
    readonly url: string
  }[]
}[]

async function logIn(
  { authUrl, auth }: CloudEntry,
  signal: AbortSignal,
): Promise<{ readonly token: string; readonly catalog: Catalog }> {
  const response = await reach(`${authUrl}/auth/tokens`, {
    method: 'POST',
    signal,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ auth }),
  })
  const token = response.headers.get('x-subject-token')
  if (!response.ok || token === null) {
    throw problem('unauthenticated', `Identity at ${authUrl} does not accept these credentials`)
  }
  // The form of Keystone's answer.
  const body = (await response.json()) as { token: { catalog?: Catalog } }
  return { token, catalog: body.token.catalog ?? [] }
}

async function reach(url: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(url, request)
  } catch (thrown) {
    if (request.signal?.aborted === true) throw thrown
    throw problem('unavailable', `Nobody answers at ${url}`, {}, { cause: thrown })
  }
}

async function refusal(response: Response, service: Service, path: string): Promise<Error> {
  const said = (await response.text()).slice(0, 200)
  const kind = response.status === 403 ? 'forbidden' : 'invalid'
  return problem(kind, `${service} answered ${path} with ${response.status}: ${said}`)
}
