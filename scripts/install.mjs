/**
 * Fetches what a fresh clone lacks, from npm: a Node that runs TypeScript, and the packages of the lock file.
 *
 * Progress goes to standard error, one line per thing, because standard output belongs to the program that follows. What
 * npm says is shown only when it fails.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { lockHash, nodeHere, nodeMajor, packagesHere, paths, root } from './bootstrap.mjs'

const nodeFolder = join(root, '.node')

/** Fetches Node into `.node`. Returns the path of its executable. */
export async function installNode() {
  await alone(async () => {
    if (nodeHere() !== null) return
    const title = `Fetching Node ${nodeMajor} from npm into .node (this one is ${process.versions.node})`
    writeFileSync(join(nodeFolder, 'package.json'), '{ "private": true }\n')
    const fetched = await shown(title, () => firstThatWorks(nodePackages()))
    writeFileSync(paths.nodeStamp, fetched)
  })
  return nodeHere()
}

/**
 * Where npm has Node's executables: one package per platform; and `node`, whose install script fetches the same package
 * by its exact version. The former needs no script to be run, which not every npm allows.
 */
function nodePackages() {
  const { platform, arch } = process
  const prefix = platform === 'darwin' && arch === 'arm64' ? 'node-bin' : 'node'
  const direct = `${prefix}-${platform}-${arch}`
  return [
    {
      name: direct,
      executable: `.node/node_modules/${direct}/bin/node`,
      flags: ['--ignore-scripts'],
    },
    { name: 'node', executable: '.node/node_modules/node/bin/node', flags: [] },
  ]
}

async function firstThatWorks(candidates) {
  const failures = []
  for (const { name, executable, flags } of candidates) {
    try {
      await npm(['install', '--prefix', nodeFolder, '--no-save', ...flags, `${name}@${nodeMajor}`])
      const { stdout } = spawnSync(join(root, executable), ['--version'], { encoding: 'utf8' })
      if (stdout?.startsWith(`v${nodeMajor}.`)) return executable
      failures.push(`${name}: it does not run here`)
    } catch (error) {
      failures.push(`${name}: ${error.message}`)
    }
  }
  throw new Error(
    `Node ${nodeMajor} or newer is needed and could not be fetched; please install it.\n${failures.join('\n')}`,
  )
}

/** Makes `node_modules` what the lock file says. */
export async function installPackages() {
  await alone(async () => {
    if (packagesHere()) return
    if (!agrees(join(root, 'node_modules', '.package-lock.json'))) {
      const flags = ['--ignore-scripts', '--prefix', root]
      await shown('Installing packages from npm', () => npm(['ci', ...flags]))
    }
    writeFileSync(paths.packagesStamp, lockHash())
  })
}

/** Whether npm already installed just that, by a developer's own `npm install`: then nothing is done twice. */
function agrees(installedLock) {
  if (!existsSync(installedLock)) return false
  const installed = JSON.parse(readFileSync(installedLock, 'utf8')).packages
  const wanted = JSON.parse(readFileSync(paths.lockFile, 'utf8')).packages
  return Object.entries(wanted).every(
    ([path, { version, optional }]) =>
      path === '' || installed[path]?.version === version || (optional && !installed[path]),
  )
}

function npm(args) {
  const script = process.env.npm_execpath
  const [command, first] = script?.endsWith('.js') ? [process.execPath, [script]] : ['npm', []]
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error']
  const child = spawn(command, [...first, ...args, ...quiet], { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  child.stdout.on('data', (text) => (said += text))
  child.stderr.on('data', (text) => (said += text))
  return new Promise((resolve, reject) => {
    child.on('error', (error) => reject(new Error(`npm cannot be run (${error.message})`)))
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`npm ended with ${code}\n${gist(said)}`)),
    )
  })
}

/** The first lines of what npm says, which tell the reason, and the last, which tells where all of it is. */
function gist(said) {
  const lines = said.trim().split('\n')
  return [...lines.slice(0, 4), ...lines.slice(4).slice(-1)].map((line) => `  ${line}`).join('\n')
}

/** Says what is going on while it goes on, and how long it took. A terminal sees the seconds pass. */
async function shown(title, work) {
  const say = (text) => process.stderr.write(text)
  const began = performance.now()
  const elapsed = () => `${Math.round((performance.now() - began) / 1000)} s`
  say(`${title} ...`)
  const tick = () => say(`\r${title} ... ${elapsed()}`)
  const ticker = process.stderr.isTTY ? setInterval(tick, 1000) : undefined
  let outcome = 'failed after'
  try {
    const result = await work()
    outcome = 'done in'
    return result
  } finally {
    clearInterval(ticker)
    if (process.stderr.isTTY) say(`\r${title} ...`)
    say(` ${outcome} ${elapsed()}\n`)
  }
}

/** Runs the work while no other start of this clone installs anything: two at once would undo each other. */
async function alone(work) {
  const lock = join(nodeFolder, 'installing')
  mkdirSync(nodeFolder, { recursive: true })
  for (let waits = 0; !take(lock); waits += 1) {
    if (waits === 1) console.error('Waiting for another start of this clone to finish installing')
    await sleep(300)
  }
  try {
    await work()
  } finally {
    rmSync(lock, { force: true })
  }
}

function take(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
  }
  if (!isAlive(Number(readFileSync(lock, 'utf8')))) rmSync(lock, { force: true })
  return false
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}
