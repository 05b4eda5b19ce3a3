/** A service: what speaks for a host, or a part of the control plane. */
import type { ServiceShown } from '../../../app/services.ts'
import type { Wire } from '../change.ts'
import { unzoned } from './times.ts'

export function service(of: ServiceShown): Wire {
  return {
    id: of.id,
    binary: of.binary,
    host: of.host,
    zone: of.zone,
    status: of.disabled ? 'disabled' : 'enabled',
    state: of.up ? 'up' : 'down',
    updated_at: unzoned(of.seenAt),
    disabled_reason: of.disabledReason,
    forced_down: of.forcedDown,
  }
}
