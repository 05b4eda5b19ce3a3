/** Where a command looks for its cloud. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { writeClientFiles } from '../app/credential-files.ts'
import { findAccess } from './access.ts'

function directory(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'berth-access-'))
  t.after(() => rmSync(path, { recursive: true }))
  return path
}

const secrets = { admin: 'x-Y_z', demo: '-abc' }
const openrc = {
  OS_AUTH_URL: 'https://cloud.example/identity/v3/',
  OS_USERNAME: 'ann',
  OS_PASSWORD: 'secret',
  OS_PROJECT_NAME: 'shop',
}

test('what a cloud writes into its data directory says how to reach it', (t) => {
  const dataDir = directory(t)
  writeClientFiles(dataDir, 'http://127.0.0.1:4711', secrets)
  const access = findAccess({ dataDir }, {})
  assert.equal(access.url, 'http://127.0.0.1:4711')
  assert.deepEqual(access.login, {
    kind: 'password',
    username: 'admin',
    password: 'x-Y_z',
    project: 'admin',
    userDomain: 'Default',
    projectDomain: 'Default',
  })
  const demo = findAccess({ dataDir, cloud: 'berth-demo' }, {})
  assert.equal(demo.login.kind === 'password' && demo.login.password, '-abc')
})

test('an address on the command line outweighs the one in the file', (t) => {
  const dataDir = directory(t)
  writeClientFiles(dataDir, 'http://127.0.0.1:4711', secrets)
  assert.equal(findAccess({ dataDir, url: 'http://127.0.0.1:1/' }, {}).url, 'http://127.0.0.1:1')
  assert.equal(
    findAccess({ dataDir }, { BERTH_URL: 'http://127.0.0.1:2' }).url,
    'http://127.0.0.1:2',
  )
})

test('the environment of an openrc counts, unless a directory or a cloud is named', (t) => {
  const dataDir = directory(t)
  writeClientFiles(dataDir, 'http://127.0.0.1:4711', secrets)
  const access = findAccess({}, openrc)
  assert.equal(access.url, 'https://cloud.example')
  assert.equal(access.login.kind === 'password' && access.login.project, 'shop')
  assert.equal(findAccess({ dataDir }, openrc).url, 'http://127.0.0.1:4711')
  assert.equal(findAccess({}, { ...openrc, BERTH_DATA_DIR: dataDir }).url, 'http://127.0.0.1:4711')
})

test('a token needs no password, and an address only if it is not the usual one', () => {
  const login = { kind: 'token', token: 'admin' }
  assert.deepEqual(findAccess({ token: 'admin' }, {}), { url: 'http://127.0.0.1:8774', login })
  assert.deepEqual(findAccess({ url: 'http://h:1' }, { OS_TOKEN: 'admin' }), {
    url: 'http://h:1',
    login,
  })
})

test('what is missing or makes no sense is said in a sentence', (t) => {
  const dataDir = directory(t)
  assert.throws(() => findAccess({ dataDir }, {}), { kind: 'not-found', message: /npm start/ })
  writeFileSync(join(dataDir, 'clouds.yaml'), 'clouds:\n  mine:\n    auth:\n      username: me\n')
  assert.throws(() => findAccess({ dataDir, cloud: 'mine' }, {}), {
    message: /has no cloud mine with auth_url/,
  })
  writeFileSync(join(dataDir, 'clouds.yaml'), '[]')
  assert.throws(() => findAccess({ dataDir }, {}), { message: /cannot be read: line 1/ })
  assert.throws(() => findAccess({ token: 'a', url: 'localhost:1' }, {}), {
    message: /must begin with http/,
  })
})
