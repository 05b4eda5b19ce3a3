/**
 * The acceptance tests of gophercloud, which its makers run against real clouds, against one that `npm start` started.
 *
 *     node test/clients/gophercloud-acceptance/main.ts                     all that are not in excluded.txt
 *     node test/clients/gophercloud-acceptance/main.ts TestServersCreate   those that match
 *
 * They come with the module that our own session with gophercloud uses, in the version that is pinned there.
 */
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { asAdmin, askBerth, idOf, startCloud } from '../../support/real-cloud.ts'
import type { RealCloud } from '../../support/real-cloud.ts'

const session = fileURLToPath(new URL('../gophercloud', import.meta.url))
const excluded = fileURLToPath(new URL('excluded.txt', import.meta.url))
const modulePath = 'github.com/gophercloud/gophercloud/v2'
const packages = [
  'compute/v2',
  'placement/v1',
  'image/v2',
  'blockstorage/v3',
  'identity/v3',
  'networking/v2',
  ...[
    '',
    '/layer3',
    '/quotas',
    '/subnetpools',
    '/portsbinding',
    '/mtu',
    '/dns',
    '/networkipavailabilities',
  ].map((extension) => `networking/v2/extensions${extension}`),
]

/** They look for a server that is rebooting, once a second. */
const plan = { faults: [{ on: 'reboot', delay: 2500 }] }

type Tally = {
  passed: number
  failed: number
  readonly skipped: string[]
  readonly failures: string[]
}

/** What `go test -json` says of one test, or of a line that it wrote. */
type Event = { readonly Action: string; readonly Test?: string; readonly Output?: string }

/** Where the module is, fetched if it is not here yet. */
function moduleFolder(): string {
  execFileSync('go', ['mod', 'download', modulePath], { cwd: session, stdio: 'inherit' })
  const args = ['list', '-m', '-f', '{{.Dir}}', modulePath]
  return execFileSync('go', args, { cwd: session, encoding: 'utf8' }).trim()
}

/** Flavors of the sizes that these tests take for granted. */
async function makeFlavor(cloud: RealCloud, id: string, disk: number): Promise<void> {
  const size = { ram: 512, vcpus: 1, disk, 'OS-FLV-EXT-DATA:ephemeral': 10 }
  const made = await asAdmin(cloud, '/compute/v2.1/flavors', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ flavor: { id, name: `acceptance-${id}`, ...size } }),
  })
  assert.equal(made.status, 200)
}

async function environmentFor(cloud: RealCloud): Promise<NodeJS.ProcessEnv> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('OS_'))
  const networks = '/network/v2.0/networks'
  return {
    ...Object.fromEntries(inherited),
    OS_AUTH_URL: `${cloud.url}/identity/v3`,
    OS_USERNAME: 'admin',
    OS_PASSWORD: cloud.adminPassword(),
    OS_PROJECT_NAME: 'admin',
    OS_DOMAIN_NAME: 'Default',
    OS_REGION_NAME: 'RegionOne',
    OS_IMAGE_ID: await idOf(cloud, '/image/v2/images', 'images'),
    OS_FLAVOR_ID: 'acceptance-1',
    OS_FLAVOR_ID_RESIZE: 'acceptance-2',
    OS_NETWORK_NAME: 'private',
    OS_NETWORK_ID: await idOf(cloud, `${networks}?name=private`, 'networks'),
    OS_POOL_NAME: 'public',
    OS_EXTGW_ID: await idOf(cloud, `${networks}?router:external=True`, 'networks'),
    OS_BRANCH: 'master',
  }
}

/** The names that excluded.txt has, one a line, as one expression. */
function skipExpression(): string {
  const names = readFileSync(excluded, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  return `^(${names.join('|')})$`
}

async function run(
  folder: string,
  env: NodeJS.ProcessEnv,
  only: string | undefined,
): Promise<Tally> {
  const chosen = only === undefined ? ['-skip', skipExpression()] : ['-run', only]
  const paths = packages.map((each) => `./internal/acceptance/openstack/${each}`)
  // One package at a time: they count what is there.
  const args = ['test', '-tags', 'acceptance', '-count=1', '-p', '1', '-json', ...chosen, ...paths]
  const child = spawn('go', args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', resolve)
  })
  const tally: Tally = { passed: 0, failed: 0, skipped: [], failures: [] }
  const said: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    // What cannot be compiled is told in plain words.
    if (!line.startsWith('{')) {
      console.log(line)
      continue
    }
    count(tally, JSON.parse(line) as Event, said)
  }
  const code = await ended
  if (code !== 0 && tally.failed === 0) tally.failures.push(`go test ended with ${code}`)
  return tally
}

/** Tests are counted that are no parts of others; what was said of one that fails is shown. */
function count(tally: Tally, { Action, Test, Output }: Event, said: string[]): void {
  if (Action === 'run') said.length = 0
  if (Output !== undefined) said.push(Output)
  if (Test === undefined || Test.includes('/')) return
  if (Action === 'pass') tally.passed += 1
  // The suite decides by itself what a cloud is too small for.
  if (Action === 'skip') console.log(said.join(''))
  if (Action === 'fail') {
    tally.failed += 1
    tally.failures.push(Test)
    console.log(said.join(''))
  }
}

const leaving: (() => void | Promise<void>)[] = []
try {
  const folder = moduleFolder()
  const cloud = await startCloud({ after: (work) => void leaving.push(work) })
  await makeFlavor(cloud, 'acceptance-1', 15)
  await makeFlavor(cloud, 'acceptance-2', 16)
  assert.equal((await askBerth(cloud, 'PUT', '/faults', plan)).status, 200)
  const tally = await run(folder, await environmentFor(cloud), process.argv[2])
  console.log(JSON.stringify(tally))
  if (tally.failures.length > 0 || tally.passed === 0) process.exitCode = 1
} finally {
  for (const work of leaving.toReversed()) await work()
}
