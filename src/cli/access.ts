/**
 * Which cloud to talk to, and as whom.
 *
 * What is said outright counts most: options, then the environment. Otherwise the data directory of a cloud that was started
 * here knows, because Berth writes a `clouds.yaml` into it.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { problem } from '../lib/problem.ts'
import { parseMapping, textAt } from './clouds-file.ts'

export type Access = {
  /** Scheme, host and port, perhaps with a path, without a slash at the end. */
  readonly url: string
  readonly login: Login
}

export type Login =
  | { readonly kind: 'token'; readonly token: string }
  | {
      readonly kind: 'password'
      readonly username: string
      readonly password: string
      readonly project: string
      readonly userDomain: string
      readonly projectDomain: string
    }

/** What was said on the command line. */
export type AccessOptions = {
  readonly url?: string
  readonly dataDir?: string
  readonly cloud?: string
  readonly token?: string
}

export type Environment = Readonly<Record<string, string | undefined>>

const usualUrl = 'http://127.0.0.1:8774'
const usualDirectory = '.berth'
const usualCloud = 'berth-admin'

/** @throws `not-found` when nothing says where a cloud is, `invalid` when what says so makes no sense. */
export function findAccess(options: AccessOptions, env: Environment): Access {
  const url = options.url ?? env['BERTH_URL']
  const token = options.token ?? env['OS_TOKEN']
  if (token !== undefined) {
    return { url: rootOf(url ?? env['OS_AUTH_URL'] ?? usualUrl), login: { kind: 'token', token } }
  }
  const directory = options.dataDir ?? env['BERTH_DATA_DIR']
  const found = directory === undefined && options.cloud === undefined ? inEnvironment(env) : null
  const access = found ?? inDirectory(directory ?? usualDirectory, options.cloud ?? usualCloud)
  return url === undefined ? access : { ...access, url: rootOf(url) }
}

function inEnvironment(env: Environment): Access | null {
  const { OS_AUTH_URL: url, OS_USERNAME: username, OS_PASSWORD: password } = env
  if (url === undefined || username === undefined || password === undefined) return null
  return {
    url: rootOf(url),
    login: {
      kind: 'password',
      username,
      password,
      project: env['OS_PROJECT_NAME'] ?? username,
      userDomain: env['OS_USER_DOMAIN_NAME'] ?? 'Default',
      projectDomain: env['OS_PROJECT_DOMAIN_NAME'] ?? 'Default',
    },
  }
}

function inDirectory(directory: string, cloud: string): Access {
  const path = join(directory, 'clouds.yaml')
  const mapping = parsed(path)
  const entry = (...names: readonly string[]): string | null =>
    textAt(mapping, 'clouds', cloud, ...names)
  const [url, username, password] = ['auth_url', 'username', 'password'].map((name) =>
    entry('auth', name),
  )
  if (url == null || username == null || password == null) {
    throw problem('invalid', `${path} has no cloud ${cloud} with auth_url, username and password`)
  }
  return {
    url: rootOf(url),
    login: {
      kind: 'password',
      username,
      password,
      project: entry('auth', 'project_name') ?? username,
      userDomain: entry('auth', 'user_domain_name') ?? 'Default',
      projectDomain: entry('auth', 'project_domain_name') ?? 'Default',
    },
  }
}

function parsed(path: string): ReturnType<typeof parseMapping> {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (thrown) {
    const advice =
      'Start a cloud with "npm start", or say where one is: --data-dir, or --url with --token'
    throw problem(
      'not-found',
      `No cloud is known here: there is no ${path}. ${advice}`,
      {},
      { cause: thrown },
    )
  }
  try {
    return parseMapping(text)
  } catch (thrown) {
    const said = thrown instanceof Error ? thrown.message : String(thrown)
    throw problem('invalid', `${path} cannot be read: ${said}`, {}, { cause: thrown })
  }
}

/** The root of all services, of which Identity's address is the best known. */
function rootOf(url: string): string {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
    throw problem(
      'invalid',
      `"${url}" is not the address of a cloud: it must begin with http:// or https://`,
    )
  }
  return url.replace(/(?:\/identity(?:\/v3)?)?\/*$/, '')
}
