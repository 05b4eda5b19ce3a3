/**
 * Tempest, the suite with which OpenStack tests its clouds, against a cloud that `npm start` started.
 *
 *     npm run tempest                               what the CI runs
 *     npm run tempest -- tempest.api.network        what matches, whatever it is
 *
 * Tempest itself comes from Debian. It leaves out what this cloud is told not to have (below), and excluded.txt says which
 * tests are left out besides, and why.
 */
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { asAdmin, idOf, startCloud } from '../support/real-cloud.ts'
import type { RealCloud } from '../support/real-cloud.ts'
import { settings } from './settings.ts'

const excluded = fileURLToPath(new URL('excluded.txt', import.meta.url))
/** All of the interfaces, and of the stories those that log in to no guest. */
const usual = [
  '^tempest\\.api\\.(compute|volume|image|network|identity)\\.',
  '^tempest\\.scenario\\.test_(aggregates_basic_ops|server_(basic_ops|advanced_ops|multinode))\\.',
].join('|')

/** A second image, for what wants another one than it had. */
async function secondImage(cloud: RealCloud): Promise<string> {
  const headers = { 'content-type': 'application/json' }
  const fields = { name: 'second', disk_format: 'raw', container_format: 'bare' }
  const body = JSON.stringify({ ...fields, visibility: 'public' })
  const made = await asAdmin(cloud, '/image/v2/images', { method: 'POST', headers, body })
  // What the service answers to this.
  const { id } = (await made.json()) as { id: string }
  const bytes = { 'content-type': 'application/octet-stream' }
  const upload = { method: 'PUT', headers: bytes, body: 'a small image' }
  assert.equal((await asAdmin(cloud, `/image/v2/images/${id}/file`, upload)).status, 204)
  return id
}

async function extensionsOf(cloud: RealCloud): Promise<readonly string[]> {
  const answer = await asAdmin(cloud, '/network/v2.0/extensions', {})
  // What the service answers to this.
  const { extensions } = (await answer.json()) as { extensions: { alias: string }[] }
  return extensions.map(({ alias }) => alias)
}

/** They mostly wait: Tempest sleeps for ten seconds before it deletes a subnet. */
const clients = 12

type Tally = { passed: number; failed: number; readonly failures: string[] }

/** Runs it in a folder of its own. Says what fails while it runs, and everything about it in the end. */
async function run(folder: string, filter: string): Promise<Tally> {
  const args = [
    'run',
    '--concurrency',
    String(clients),
    '--regex',
    filter,
    '--exclude-list',
    excluded,
  ]
  const child = spawn('tempest', args, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', resolve)
  })
  const tally: Tally = { passed: 0, failed: 0, failures: [] }
  const said: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(line)
    if (/^\{\d+\} .* \.\.\. ok$/.test(line)) tally.passed += 1
    if (/^\{\d+\} .* \.\.\. FAILED$/.test(line)) {
      tally.failed += 1
      tally.failures.push(line)
      console.log(line)
    }
  }
  await ended
  if (tally.failed > 0 || tally.passed === 0) console.log(said.join('\n'))
  return tally
}

const leaving: (() => void | Promise<void>)[] = []
try {
  const cloud = await startCloud({ after: (work) => void leaving.push(work) })
  const folder = mkdtempSync(join(tmpdir(), 'berth-tempest-'))
  leaving.push(() => rmSync(folder, { recursive: true, force: true }))
  execFileSync('tempest', ['init', folder], { stdio: 'ignore' })
  const text = settings({
    origin: cloud.url,
    password: cloud.adminPassword(),
    folder,
    image: await idOf(cloud, '/image/v2/images', 'images'),
    otherImage: await secondImage(cloud),
    networkExtensions: await extensionsOf(cloud),
    publicNetwork: await idOf(cloud, '/network/v2.0/networks?router:external=True', 'networks'),
  })
  writeFileSync(join(folder, 'etc', 'tempest.conf'), text)
  const { passed, failed, failures } = await run(folder, process.argv[2] ?? usual)
  console.log(JSON.stringify({ passed, failed, skipped: [], failures }))
  if (failed > 0 || passed === 0) process.exitCode = 1
} finally {
  for (const work of leaving.toReversed()) await work()
}
