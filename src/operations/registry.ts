/** Every operation there is. What is added here is failed, repeated and crashed by the saga kit at every step. */
import type { SagaDefinition } from '../saga/definition.ts'
import { buildServer } from './build.ts'
import { cleanHost } from './clean-host.ts'
import { confirmResize } from './confirm-resize.ts'
import { deleteServer } from './delete.ts'
import { rebootServer, startServer, stopServer } from './power.ts'
import { resizeServer } from './resize.ts'
import { revertResize } from './revert-resize.ts'

export const operations: readonly SagaDefinition[] = [
  buildServer,
  cleanHost,
  confirmResize,
  deleteServer,
  rebootServer,
  resizeServer,
  revertResize,
  startServer,
  stopServer,
]
