/**
 * Structured logs: a constant message, data in fields, context from the child logger.
 *
 * `error` means that a person must act. Secrets are not logged; fields with telling names are cut out as a second line of
 * defence.
 */
import { pino } from 'pino'
import type { BaseLogger, Bindings, DestinationStream } from 'pino'
import type { Details } from './problem.ts'

export interface Log {
  debug(message: string, fields?: Details): void
  info(message: string, fields?: Details): void
  warn(message: string, fields?: Details): void
  error(message: string, fields?: Details): void
  child(context: Details): Log
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

const secretFields = [
  'password',
  'adminPass',
  'token',
  'secret',
  'authorization',
  'user_data',
].flatMap((name) => [name, `*.${name}`])

/** A logger that writes one JSON object per line to the stream (standard error by default). */
export function openLog(level: LogLevel, stream?: DestinationStream): Log {
  const root = pino(
    { level, base: null, redact: { paths: secretFields, censor: '[cut]' } },
    stream ?? pino.destination({ dest: 2, sync: true }),
  )
  return wrap(root)
}

export const silentLog: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silentLog,
}

type Root = BaseLogger & { child(context: Bindings): Root }

function wrap(logger: Root): Log {
  return {
    debug: (message, fields = {}) => logger.debug(fields, message),
    info: (message, fields = {}) => logger.info(fields, message),
    warn: (message, fields = {}) => logger.warn(fields, message),
    error: (message, fields = {}) => logger.error(fields, message),
    child: (context) => wrap(logger.child(context)),
  }
}
