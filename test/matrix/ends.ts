/** How most cases begin and end: what a row wants otherwise, it says. */
import { askResize, running } from '../kit/scenarios/positions.ts'
import * as deeds from './deeds.ts'

/** As it was, where it was. */
export const active = {
  position: running,
  end: 'ACTIVE on host1, 1 cores; move none; running on host1',
  holds: { host1: 1 },
  cores: 1,
  fault: null,
  result: null,
} as const

/** A resize that waits to be confirmed. */
export const waits = {
  ...active,
  ask: askResize,
  end: 'VERIFY_RESIZE on host2, 2 cores; move finished; running on host2 and source-copy on host1',
  holds: { host2: 2 },
  keeps: { host1: 1 },
  cores: 2,
} as const

export const deleted = {
  ...active,
  ask: deeds.remove,
  end: 'DELETED; move none; no body',
  holds: {},
  cores: 0,
} as const

/** A live move that came to its end. */
export const moved = {
  ...active,
  ask: deeds.moveLive,
  end: 'ACTIVE on host2, 1 cores; move completed; running on host2',
  holds: { host2: 1 },
} as const
