/** An entry of anybody's `clouds.yaml`, found where OpenStack's clients look for it. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { problem } from '../../lib/problem.ts'
import type { Environment } from '../access.ts'

export type CloudEntry = {
  readonly name: string
  /** Identity's address, with its version. */
  readonly authUrl: string
  /** The `auth` part of a request for a token. */
  readonly auth: object
  readonly region: string | null
  readonly interface: string
}

/** @throws `not-found` when no file has it, `invalid` when it does not say how to log in. */
export function findCloud(name: string, env: Environment, dataDir: string | null): CloudEntry {
  const files = filesIn(env, dataDir).filter((path) => existsSync(path))
  for (const path of files) {
    const clouds = fieldsAt(parse(readFileSync(path, 'utf8')), 'clouds')
    const entry = clouds[name]
    if (isFields(entry)) return entryOf(name, entry, path)
  }
  const where = files.length === 0 ? 'there is no clouds.yaml' : `not in ${files.join(', ')}`
  throw problem('not-found', `No cloud ${name} is known: ${where}`)
}

function filesIn(env: Environment, dataDir: string | null): readonly string[] {
  const named = env['OS_CLIENT_CONFIG_FILE']
  const home = env['HOME']
  return [
    ...(dataDir === null ? [] : [join(dataDir, 'clouds.yaml')]),
    ...(named === undefined ? [] : [named]),
    'clouds.yaml',
    ...(home === undefined ? [] : [join(home, '.config/openstack/clouds.yaml')]),
    '/etc/openstack/clouds.yaml',
  ]
}

function entryOf(name: string, entry: Fields, path: string): CloudEntry {
  const auth = fieldsAt(entry, 'auth')
  const authUrl = auth['auth_url']
  if (typeof authUrl !== 'string')
    throw problem('invalid', `${path}: cloud ${name} has no auth_url`)
  const region = entry['region_name']
  const wanted = entry['interface']
  return {
    name,
    authUrl: /\/v3\/?$/.test(authUrl)
      ? authUrl.replace(/\/$/, '')
      : `${authUrl.replace(/\/$/, '')}/v3`,
    auth: requestOf(auth, `${path}: cloud ${name}`),
    region: typeof region === 'string' ? region : null,
    interface: typeof wanted === 'string' ? wanted : 'public',
  }
}

function requestOf(auth: Fields, where: string): object {
  const text = (key: string): string | undefined => {
    const value = auth[key]
    return typeof value === 'string' ? value : undefined
  }
  const credential = text('application_credential_id')
  const secret = text('application_credential_secret')
  if (credential !== undefined && secret !== undefined) {
    const application_credential = { id: credential, secret }
    return { identity: { methods: ['application_credential'], application_credential } }
  }
  const [username, password] = [text('username'), text('password')]
  if (username === undefined || password === undefined) {
    throw problem('invalid', `${where} has neither a password nor an application credential`)
  }
  const domain = (which: 'project' | 'user'): object =>
    text(`${which}_domain_id`) === undefined
      ? { name: text(`${which}_domain_name`) ?? 'Default' }
      : { id: text(`${which}_domain_id`) }
  const project =
    text('project_id') === undefined
      ? { name: text('project_name') ?? username, domain: domain('project') }
      : { id: text('project_id') }
  const user = { name: username, password, domain: domain('user') }
  return { identity: { methods: ['password'], password: { user } }, scope: { project } }
}

type Fields = { readonly [name: string]: unknown }

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function fieldsAt(value: unknown, name: string): Fields {
  const found = isFields(value) ? value[name] : undefined
  return isFields(found) ? found : {}
}
