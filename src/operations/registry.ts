/** Every operation there is. What is added here is failed, repeated and crashed by the saga kit at every step. */
import type { SagaDefinition } from '../saga/definition.ts'
import { buildServer } from './build.ts'
import { cacheImages } from './cache-images.ts'
import { changePassword } from './change-password.ts'
import { cleanEvacuated } from './clean-evacuated.ts'
import { cleanHost } from './clean-host.ts'
import { confirmResize } from './confirm-resize.ts'
import { triggerCrashDump } from './crash-dump.ts'
import { deleteServer } from './delete.ts'
import { evacuateServer } from './evacuate.ts'
import { forceComplete } from './force-complete.ts'
import { healGuest } from './heal-guest.ts'
import { healRecords, undoHeal } from './heal-records.ts'
import { injectNetwork } from './inject-network.ts'
import { attachVolume } from './attach-volume.ts'
import { detachVolume } from './detach-volume.ts'
import { swapVolume } from './swap-volume.ts'
import { attachInterface, detachInterface } from './interfaces.ts'
import { liveMigrate } from './live-migrate.ts'
import { pauseServer, unpauseServer } from './pause.ts'
import { rebuildServer } from './rebuild.ts'
import { rebootServer, startServer, stopServer } from './power.ts'
import { rescueServer, unrescueServer } from './rescue.ts'
import { resizeServer } from './resize.ts'
import { revertResize } from './revert-resize.ts'
import { shelveServer } from './shelve.ts'
import { offloadServer } from './shelve-offload.ts'
import { snapshotServer } from './snapshot.ts'
import { restoreServer, softDelete } from './soft-delete.ts'
import { resumeServer, suspendServer } from './suspend.ts'
import { takeOffShelf, unshelveServer } from './unshelve.ts'

export const operations: readonly SagaDefinition[] = [
  attachInterface,
  attachVolume,
  buildServer,
  cacheImages,
  changePassword,
  cleanEvacuated,
  cleanHost,
  confirmResize,
  deleteServer,
  detachInterface,
  detachVolume,
  evacuateServer,
  forceComplete,
  healGuest,
  healRecords,
  injectNetwork,
  liveMigrate,
  offloadServer,
  pauseServer,
  rebootServer,
  rebuildServer,
  rescueServer,
  resizeServer,
  restoreServer,
  resumeServer,
  revertResize,
  shelveServer,
  snapshotServer,
  softDelete,
  startServer,
  stopServer,
  suspendServer,
  swapVolume,
  takeOffShelf,
  triggerCrashDump,
  undoHeal,
  unpauseServer,
  unrescueServer,
  unshelveServer,
]
