/**
 * Starts a cloud: reads the configuration, assembles everything, listens, and says how to use it.
 *
 * What fails here ends the process with one clear sentence.
 */
import { performance } from 'node:perf_hooks'
import { openServer } from './api/http/server.ts'
import type { Answered, HttpServer, Mount } from './api/http/server.ts'
import { keptPasswords, prepareDirectory, writeClientFiles } from './app/credential-files.ts'
import { assemble, erase } from './assembly.ts'
import type { Assembly } from './assembly.ts'
import { readConfig } from './config.ts'
import type { Config } from './config.ts'
import { help } from './help.ts'
import { systemClock } from './lib/clock.ts'
import { randomIds } from './lib/ids.ts'
import { openLog } from './lib/log.ts'
import type { Log } from './lib/log.ts'
import { asProblem } from './lib/problem.ts'
import { secureToken } from './lib/random.ts'
import { releaseStartMemory } from './lib/start-memory.ts'
import { profileNamed } from './profiles.ts'
import { welcome } from './welcome.ts'

/** Who has waited for the start has been answered by then. */
const settledMs = 1000

type Running = { readonly origin: string; close(): Promise<void> }

async function start(config: Config, log: Log): Promise<Running> {
  prepareDirectory(config.dataDir)
  const passwords = keptPasswords(config.dataDir, () => secureToken(12))
  const open = async (profile: string | null): Promise<Assembly> =>
    await assemble({
      config,
      passwords,
      log,
      profile: profile === null ? null : profileNamed(profile),
      reset: config.auth === 'noauth' ? reset : null,
    })
  /** A conformance run begins each of its files with an empty cloud; the ports stay open meanwhile. */
  const reset = async (profile: string | null): Promise<void> => {
    await current.close()
    await erase(config)
    current = await open(profile)
  }
  let current = await open(null)
  try {
    const servers = await listen(config, log, () => current)
    writeClientFiles(config.dataDir, config.publicOrigin ?? servers[0].origin, passwords)
    return {
      origin: servers[0].origin,
      close: async () => {
        current.ending()
        for (const server of servers) await server.close()
        await current.close()
      },
    }
  } catch (thrown) {
    await current.close()
    throw thrown
  }
}

/** The main port, and Placement's own where it has one. Requests go to whatever assembly is the current one. */
async function listen(
  config: Config,
  log: Log,
  current: () => Assembly,
): Promise<readonly [HttpServer, ...HttpServer[]]> {
  const common = {
    host: config.host,
    clock: systemClock,
    ids: randomIds,
    log,
    onAnswered: ({ mount: service, ...answered }: Answered) =>
      current().seen({ service, ...answered }),
    ...(config.tls === null ? {} : { tls: config.tls }),
  }
  const mounts = current().services.map(({ mount }, i) =>
    forwarded(mount, () => current().services[i]),
  )
  const first = await openServer({
    ...common,
    services: mounts,
    port: config.port,
    ...(config.publicOrigin === null ? {} : { publicOrigin: config.publicOrigin }),
  })
  if (config.placementPort === null) return [first]
  const placement = forwarded('', () => ({ mount: '', service: current().placement }))
  const second = await openServer({ ...common, services: [placement], port: config.placementPort })
  return [first, second]
}

/** A mount that always speaks for the current assembly. */
function forwarded(mount: string, current: () => Mount | undefined): Mount {
  const service = (): Mount['service'] => {
    const found = current()
    if (found === undefined) throw new Error(`nothing is mounted at ${mount}`)
    return found.service
  }
  const { bodyLimitBytes } = service()
  return {
    mount,
    service: {
      ...(bodyLimitBytes === undefined ? {} : { bodyLimitBytes }),
      streams: (method, path) => service().streams?.(method, path) ?? false,
      answer: async (request) => await service().answer(request),
      refuse: (refusal, request) =>
        service().refuse?.(refusal, request) ?? { status: refusal.status },
    },
  }
}

async function main(): Promise<void> {
  const began = performance.now()
  const config = readConfig(process.argv.slice(2), process.env)
  if (config === 'help') {
    process.stdout.write(help)
    return
  }
  const running = await start(config, openLog(config.logLevel))
  // The terminal, npm and a supervisor may each say it.
  let stopping = false
  const stop = (): void => {
    if (stopping) return
    stopping = true
    running.close().then(
      () => process.exit(0),
      (thrown: unknown) => fail(thrown),
    )
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  process.stdout.write(welcome(config, running.origin, performance.now() - began))
  systemClock.after(settledMs, releaseStartMemory)
}

function fail(thrown: unknown): void {
  const failure = asProblem(thrown)
  process.stderr.write(`berth: ${failure.message}\n`)
  // A bug has no sentence for the user; whoever reports it needs to know where it was.
  if (failure.kind === 'bug') process.stderr.write(`${stackOf(failure.cause ?? failure)}\n`)
  process.exit(1)
}

function stackOf(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
}

main().catch(fail)
