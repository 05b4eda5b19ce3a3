/**
 * The files that tell a user how to reach the cloud, readable by their owner only.
 *
 * Passwords are made once and kept in `credentials.json`, before the database hears of them: a crash in between is repeated
 * with the same passwords. `clouds.yaml` and `openrc` are written anew at every start, because the address may change.
 */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fromJson } from '../lib/json.ts'
import { problem } from '../lib/problem.ts'

export type Passwords = { readonly admin: string; readonly demo: string }

/**
 * Makes sure that the directory is there and ours to write.
 * @throws `invalid` in one sentence.
 */
export function prepareDirectory(path: string): void {
  try {
    makeFolder(resolve(path))
    chmodSync(path, 0o700)
    writePrivately(path, '.writable', '')
    unlinkSync(join(path, '.writable'))
  } catch (thrown) {
    throw problem('invalid', `The data directory ${path} cannot be written`, {}, { cause: thrown })
  }
}

/** Makes it and what stands above it. (Asking Node to do both never returns where nothing can be made, as under /proc.) */
function makeFolder(path: string): void {
  if (existsSync(path)) return
  makeFolder(dirname(path))
  mkdirSync(path, { mode: 0o700 })
}

/** The passwords of earlier starts, or new ones that are on disk before this returns. */
export function keptPasswords(directory: string, make: () => string): Passwords {
  const path = join(directory, 'credentials.json')
  if (existsSync(path)) {
    try {
      const { admin, demo } = fromJson<Passwords>(readFileSync(path, 'utf8'))
      return { admin, demo }
    } catch (thrown) {
      throw problem('invalid', `${path} is not what Berth wrote`, {}, { cause: thrown })
    }
  }
  const made = { admin: make(), demo: make() }
  writePrivately(directory, 'credentials.json', `${JSON.stringify(made, null, 2)}\n`)
  return made
}

/** Writes what clients read: `clouds.yaml` with the clouds berth-admin and berth-demo, and `openrc` for the admin. */
export function writeClientFiles(directory: string, url: string, passwords: Passwords): void {
  const clouds = (['admin', 'demo'] as const).map((name) => cloudEntry(name, url, passwords[name]))
  writePrivately(directory, 'clouds.yaml', `clouds:\n${clouds.join('')}`)
  writePrivately(directory, 'openrc', openrc(url, passwords.admin))
}

function cloudEntry(name: 'admin' | 'demo', url: string, password: string): string {
  return `  berth-${name}:
    auth:
      auth_url: ${url}/identity/v3
      username: ${name}
      password: ${password}
      project_name: ${name}
      user_domain_name: Default
      project_domain_name: Default
    region_name: RegionOne
    identity_api_version: 3
`
}

function openrc(url: string, password: string): string {
  const variables = {
    OS_AUTH_URL: `${url}/identity/v3`,
    OS_USERNAME: 'admin',
    OS_PASSWORD: password,
    OS_PROJECT_NAME: 'admin',
    OS_USER_DOMAIN_NAME: 'Default',
    OS_PROJECT_DOMAIN_NAME: 'Default',
    OS_REGION_NAME: 'RegionOne',
    OS_IDENTITY_API_VERSION: '3',
  }
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}=${value}\n`)
  return `# shellcheck shell=sh\n${lines.join('')}`
}

/** Replaces the file in one step: whoever reads it sees the old text or the new. */
function writePrivately(directory: string, name: string, text: string): void {
  const path = join(directory, name)
  const draft = `${path}.new`
  writeFileSync(draft, text, { mode: 0o600 })
  renameSync(draft, path)
}
