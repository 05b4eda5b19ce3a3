/** What suites need beyond Node and npm: how to see that it is there, and which Debian package brings it. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../bootstrap.mjs'
import { postgresBinaries } from './postgres.mjs'

const onPath = (command) =>
  (process.env.PATH ?? '').split(':').some((folder) => existsSync(join(folder, command)))
const pythonModule = (name) => existsSync(join('/usr/lib/python3/dist-packages', name))

export const needs = {
  postgresql: { package: 'postgresql', isHere: () => postgresBinaries() !== null },
  openstackclient: { package: 'python3-openstackclient', isHere: () => onPath('openstack') },
  'osc-placement': {
    package: 'python3-osc-placement',
    isHere: () => pythonModule('osc_placement'),
  },
  openstacksdk: { package: 'python3-openstacksdk', isHere: () => pythonModule('openstack') },
  tempest: { package: 'tempest', isHere: () => onPath('tempest') },
  go: { package: 'golang-go', isHere: () => onPath('go') },
  gabbi: { package: 'python3-gabbi', isHere: () => pythonModule('gabbi') },
  chromium: { package: 'chromium', isHere: () => onPath('chromium') },
  qemu: { package: 'qemu-system-x86', isHere: () => onPath('qemu-system-x86_64') },
  '../shared': { package: null, isHere: () => existsSync(join(root, '..', 'shared')) },
}

/** Those of the given needs that are not here. */
export function missing(names) {
  return names.filter((name) => !needs[name]?.isHere())
}

/** Installs what is missing and Debian has. What still is not there afterwards shows as a skipped suite. */
export function install(names) {
  const packages = missing(names)
    .map((name) => needs[name]?.package ?? null)
    .filter((name) => name !== null)
  if (packages.length === 0) return
  console.log(`Installing ${packages.join(', ')}`)
  const lists = '/var/lib/apt/lists'
  if (!existsSync(lists) || !readdirSync(lists).some((name) => name.includes('_Packages'))) {
    apt(['update'])
  }
  const wanted = ['install', '--yes', '--no-install-recommends', ...packages]
  // Lists that are there may be old: then the versions they name are gone, and new lists help.
  if (!apt(wanted) && apt(['update'])) apt(wanted)
}

function apt(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const { status, error } = spawnSync('apt-get', ['-qq', '-o', 'Dpkg::Use-Pty=0', ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env,
  })
  if (error) console.error(`apt-get cannot be run: ${error.message}`)
  return status === 0
}
