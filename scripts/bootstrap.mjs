/**
 * From "a clone and some Node" to "Berth runs".
 *
 * This runs on the machine's own Node, 20 or newer, so it is plain JavaScript without dependencies. It sees whether a Node
 * that runs TypeScript and the packages of package-lock.json are here; what is missing is fetched by install.mjs, which is
 * loaded only then. When all is here, this costs a few milliseconds.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

/** The first Node that runs our sources as they are. */
export const nodeMajor = 24

export const paths = {
  /** Names the Node that was fetched into `.node`, once it has been seen to run. */
  nodeStamp: join(root, '.node', 'path'),
  /** Holds the hash of the lock file that `node_modules` was installed from; goes when `node_modules` goes. */
  packagesStamp: join(root, 'node_modules', '.installed-from'),
  lockFile: join(root, 'package-lock.json'),
}

/** Fetches what is missing, with visible progress. Returns the Node to run our sources with; ends the process if it cannot. */
export async function prepare() {
  try {
    const node = nodeHere() ?? (await (await import('./install.mjs')).installNode())
    if (!packagesHere()) await (await import('./install.mjs')).installPackages()
    return node
  } catch (error) {
    console.error(error.message)
    process.exit(1)
  }
}

/** The running Node if it is new enough, else the one fetched earlier, else null. */
export function nodeHere() {
  if (Number.parseInt(process.versions.node, 10) >= nodeMajor) return process.execPath
  if (!existsSync(paths.nodeStamp)) return null
  const fetched = join(root, readFileSync(paths.nodeStamp, 'utf8'))
  return existsSync(fetched) ? fetched : null
}

export function packagesHere() {
  return existsSync(paths.packagesStamp) && readFileSync(paths.packagesStamp, 'utf8') === lockHash()
}

export function lockHash() {
  return createHash('sha256').update(readFileSync(paths.lockFile)).digest('hex')
}

/** Prepares, then runs one of our sources in the foreground; this process ends as that one ends. */
export async function run(entry, args) {
  const node = await prepare()
  const preload = join(root, 'scripts', 'preload.mjs')
  const flags = [quiet, nursery, '--require', preload]
  const child = spawn(node, [...flags, join(root, entry), ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: environment(node),
  })
  const forward = (signal) => child.kill(signal)
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.on(signal, forward)
  followNpm(child)
  child.on('error', (error) => {
    console.error(`Cannot run ${node}: ${error.message}`)
    process.exitCode = 1
  })
  child.on('exit', (code, signal) => {
    for (const name of signals) process.off(name, forward)
    if (signal === null) process.exitCode = code
    else process.kill(process.pid, signal)
  })
}

/** node:sqlite still announces itself as experimental in Node 24. */
export const quiet = '--disable-warning=ExperimentalWarning'

/**
 * Most of what a request needs is garbage when it has been answered. V8 would let twice as much of it pile up: that makes no
 * answer faster, and an idle server 20 MB larger. With still less, large answers would be copied before they are sent.
 */
const nursery = '--max-semi-space-size=8'

/** What our programs see: whatever they start as `node` is the same Node, and sources are compiled only once. */
export function environment(node) {
  return {
    NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'node'),
    ...process.env,
    PATH: `${dirname(node)}:${process.env.PATH ?? ''}`,
  }
}

/** npm passes polite signals on; when it is killed with -9 it cannot, and nobody must be left holding the port. */
function followNpm(child) {
  if (process.env.npm_lifecycle_event === undefined) return
  const npm = process.ppid
  setInterval(() => {
    if (process.ppid !== npm) child.kill('SIGKILL')
  }, 200).unref()
}
