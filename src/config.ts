/**
 * What a cloud is started with: options of the command line, then the environment, then defaults.
 *
 * The names are a contract for scripts; see docs/configuration.md.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { parseArgs } from 'node:util'
import type * as yaml from 'yaml'
import type { CorsOptions } from './api/http/cors.ts'
import { candidateWorkMax } from './domain/placement/candidate-query.ts'
import type { PolicyOptions } from './domain/placement/policy.ts'
import type { LogLevel } from './lib/log.ts'
import { isProblem, problem } from './lib/problem.ts'
import type { FailurePolicy } from './operations/resize.ts'

export type Config = {
  readonly host: string
  /** 0 picks a free one. */
  readonly port: number
  /** Serves Placement at the root of a port of its own, when given. */
  readonly placementPort: number | null
  readonly dataDir: string
  /** A `postgres://` URL, or null for the embedded database in the data directory. */
  readonly database: string | null
  /** How many simulated hosts there are: host1, host2, … */
  readonly hosts: number
  readonly auth: 'password' | 'noauth'
  /** The fault plan to start with: the parsed JSON of a file. */
  readonly faults: unknown
  readonly failurePolicy: FailurePolicy
  /** How often the cloud audits itself, whether it heals, and how long somebody may object, in ms. */
  readonly audit: {
    readonly everyMs: number
    readonly heal: 'report' | 'safe'
    readonly graceMs: number
  }
  readonly logLevel: LogLevel
  readonly tls: { readonly key: Buffer; readonly cert: Buffer } | null
  /** How clients reach us, when not by the address we listen on. */
  readonly publicOrigin: string | null
  readonly leaseMs: number
  /** Requests per second that a project may make; 0 is no limit. */
  readonly rateLimit: number
  /** Where traces are sent: a collector's address, and headers that it wants. Null for nowhere. */
  readonly traces: {
    readonly url: string
    readonly headers: Readonly<Record<string, string>>
  } | null
  /** Rules of Placement that are not the usual ones. */
  readonly placementPolicy: PolicyOptions
  /** How long Placement looks for candidates, how many it tells of, and in which order it looks. */
  readonly candidates: {
    readonly workMax: number
    /** Null for as many as are asked for. */
    readonly countMax: number | null
    readonly shuffled: boolean
  }
  /** Web pages of other origins that may call Placement. */
  readonly cors: CorsOptions
}

/** How Placement is configured for a run of its functional suite. */
export type PlacementProfile = { readonly policy: PolicyOptions; readonly cors: CorsOptions }

const options = {
  help: { type: 'boolean' },
  host: { type: 'string' },
  port: { type: 'string' },
  'placement-port': { type: 'string' },
  'data-dir': { type: 'string' },
  database: { type: 'string' },
  hosts: { type: 'string' },
  auth: { type: 'string' },
  faults: { type: 'string' },
  'failure-policy': { type: 'string' },
  'audit-every': { type: 'string' },
  heal: { type: 'string' },
  'heal-grace': { type: 'string' },
  'log-level': { type: 'string' },
  'tls-key': { type: 'string' },
  'tls-cert': { type: 'string' },
  'public-url': { type: 'string' },
  'lease-ms': { type: 'string' },
  'rate-limit': { type: 'string' },
  'policy-file': { type: 'string' },
  'candidate-work-max': { type: 'string' },
  'candidates-max': { type: 'string' },
  'candidate-order': { type: 'string' },
  'cors-origins': { type: 'string' },
  'cors-headers': { type: 'string' },
} as const

type Option = keyof typeof options

/**
 * Reads the configuration.
 * @throws `invalid` with a sentence that names the option.
 */
export function readConfig(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Config | 'help' {
  const given = parse(argv)
  if (given.help === true) return 'help'
  const read = (name: Exclude<Option, 'help'>): string | null =>
    given[name] ?? env[environmentName(name)] ?? null
  const auth = oneOf('auth', read('auth') ?? 'password', ['password', 'noauth'] as const)
  const host = read('host') ?? '127.0.0.1'
  if (auth === 'noauth' && !isLoopback(host)) {
    throw problem('invalid', '--auth noauth is for the loopback only: nobody is asked for proof')
  }
  const placementPort = read('placement-port')
  return {
    host,
    port: whole('port', read('port') ?? '8774', 0, 65_535),
    placementPort:
      placementPort === null ? null : whole('placement-port', placementPort, 0, 65_535),
    dataDir: read('data-dir') ?? '.berth',
    database: databaseUrl(read('database')),
    hosts: whole('hosts', read('hosts') ?? '3', 0, 100_000),
    auth,
    faults: faultsIn(read('faults')),
    failurePolicy: oneOf('failure-policy', read('failure-policy') ?? 'leave', [
      'leave',
      'rollback',
    ] as const),
    audit: {
      everyMs: 1000 * whole('audit-every', read('audit-every') ?? '300', 0, 86_400),
      heal: oneOf('heal', read('heal') ?? 'report', ['report', 'safe'] as const),
      graceMs: 1000 * whole('heal-grace', read('heal-grace') ?? '3600', 0, 2_592_000),
    },
    logLevel: oneOf('log-level', read('log-level') ?? 'warn', [
      'debug',
      'info',
      'warn',
      'error',
      'silent',
    ] as const),
    tls: tlsFrom(read('tls-key'), read('tls-cert')),
    publicOrigin: originOf(read('public-url')),
    placementPolicy: { overrides: policyIn(read('policy-file')) },
    candidates: candidatesIn(read),
    cors: { origins: list(read('cors-origins')), allowHeaders: list(read('cors-headers')) },
    leaseMs: whole('lease-ms', read('lease-ms') ?? '5000', 100, 600_000),
    rateLimit: whole('rate-limit', read('rate-limit') ?? '0', 0, 1_000_000),
    traces: tracesTo(env),
  }
}

function candidatesIn(
  read: (name: Exclude<Option, 'help'>) => string | null,
): Config['candidates'] {
  const countMax = whole('candidates-max', read('candidates-max') ?? '0', 0, 1_000_000)
  const order = read('candidate-order') ?? 'known'
  return {
    workMax: whole(
      'candidate-work-max',
      read('candidate-work-max') ?? String(candidateWorkMax),
      1000,
      1_000_000_000,
    ),
    countMax: countMax === 0 ? null : countMax,
    shuffled: oneOf('candidate-order', order, ['known', 'random'] as const) === 'random',
  }
}

function parse(
  argv: readonly string[],
): ReturnType<typeof parseArgs<{ options: typeof options }>>['values'] {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: false }).values
  } catch (thrown) {
    // The parser says which option it is and what is wrong with it.
    const said = thrown instanceof Error ? thrown.message : String(thrown)
    throw problem('invalid', said.split('. ')[0] ?? said, {}, { cause: thrown })
  }
}

function environmentName(option: Option): string {
  if (option === 'database') return 'BERTH_DATABASE_URL'
  return `BERTH_${option.replaceAll('-', '_').toUpperCase()}`
}

function whole(name: Option, text: string, least: number, most: number): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= least && value <= most) return value
  throw problem('invalid', `--${name} takes a whole number from ${least} to ${most}, not "${text}"`)
}

function oneOf<T extends string>(name: Option, text: string, values: readonly T[]): T {
  const found = values.find((value) => value === text)
  if (found !== undefined) return found
  throw problem('invalid', `--${name} takes ${values.join(', ')}, not "${text}"`)
}

function databaseUrl(text: string | null): string | null {
  if (text === null || text === '') return null
  if (/^postgres(ql)?:\/\/./.test(text) && URL.canParse(text)) return text
  // Not repeated: it may hold a password.
  throw problem('invalid', '--database takes a URL of the form postgres://user@host:port/name')
}

function originOf(text: string | null): string | null {
  if (text === null) return null
  if (/^https?:\/\/./.test(text) && URL.canParse(text)) return new URL(text).origin
  throw problem('invalid', `--public-url takes an http or https URL, not "${text}"`)
}

function faultsIn(path: string | null): unknown {
  if (path === null) return null
  try {
    return JSON.parse(fileNamed('faults', path).toString('utf8'))
  } catch (thrown) {
    if (thrown instanceof SyntaxError) {
      throw problem('invalid', `--faults ${path} is not JSON: ${thrown.message}`)
    }
    throw thrown
  }
}

/** A policy file in the usual form: one rule a line, its name and its check, in YAML or JSON. */
function policyIn(path: string | null): Readonly<Record<string, string>> {
  if (path === null) return {}
  try {
    // Loaded where it is needed: few have such a file, and all would wait for it.
    const { parse: parseYaml } = createRequire(import.meta.url)('yaml') as typeof yaml // It is that module.
    const read: unknown = parseYaml(fileNamed('policy-file', path).toString('utf8'))
    if (isRules(read)) return read
  } catch (thrown) {
    if (isProblem(thrown)) throw thrown
    throw problem('invalid', `--policy-file ${path} is not YAML`, {}, { cause: thrown })
  }
  throw problem('invalid', `--policy-file ${path} must hold names of rules and their checks`)
}

function isRules(read: unknown): read is Readonly<Record<string, string>> {
  return (
    typeof read === 'object' &&
    read !== null &&
    !Array.isArray(read) &&
    Object.values(read).every((check) => typeof check === 'string')
  )
}

function list(text: string | null): readonly string[] {
  return (text ?? '').split(',').filter((each) => each !== '')
}

function tlsFrom(key: string | null, cert: string | null): Config['tls'] {
  if (key === null && cert === null) return null
  if (key === null || cert === null) {
    throw problem('invalid', '--tls-key and --tls-cert go together')
  }
  return { key: fileNamed('tls-key', key), cert: fileNamed('tls-cert', cert) }
}

/** By the variables that every exporter of OpenTelemetry goes by. */
function tracesTo(env: Readonly<Record<string, string | undefined>>): Config['traces'] {
  const own = env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT']
  const common = env['OTEL_EXPORTER_OTLP_ENDPOINT']
  const url = own ?? (common ? `${common.replace(/\/$/, '')}/v1/traces` : '')
  if (url === '') return null
  if (!/^https?:\/\/./.test(url) || !URL.canParse(url)) {
    throw problem('invalid', `OTEL_EXPORTER_OTLP_ENDPOINT takes an http or https URL, not "${url}"`)
  }
  const pairs = list(env['OTEL_EXPORTER_OTLP_HEADERS'] ?? null).map((pair) => {
    const [name = '', ...value] = pair.split('=')
    return [name.trim(), decodeURIComponent(value.join('=').trim())] as const
  })
  return { url, headers: Object.fromEntries(pairs) }
}

function fileNamed(option: Option, path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (thrown) {
    throw problem('invalid', `--${option} ${path} cannot be read`, {}, { cause: thrown })
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.')
}
