/** What was asked of a server, and the events of doing it. */
import type { ActionShown } from '../../../app/server-actions.ts'
import { allows } from '../../../domain/policy.ts'
import type { ActionEvent } from '../../../domain/server.ts'
import type { Wire } from '../change.ts'
import type { Viewing } from '../viewing.ts'
import { unzoned, unzonedOrNull } from './times.ts'

export function instanceActionBrief({ action: of }: ActionShown): Wire {
  return {
    action: of.name,
    instance_uuid: of.serverId,
    request_id: of.requestId,
    user_id: of.userId,
    project_id: of.projectId,
    start_time: unzoned(of.startedAt),
    message: of.message,
    updated_at: unzoned(of.updatedAt),
  }
}

export function instanceAction(shown: ActionShown, viewing: Viewing): Wire {
  const seesDetails = allows(viewing.who, 'os-instance-actions:events:details')
  return {
    ...instanceActionBrief(shown),
    events: shown.action.events.map((each) => event(each, shown, viewing, seesDetails)),
  }
}

function event(
  of: ActionEvent,
  { server, isOperator }: ActionShown,
  { hostIdOf }: Viewing,
  seesDetails: boolean,
): Wire {
  const document: Wire = {
    event: of.event,
    start_time: unzoned(of.startedAt),
    finish_time: unzonedOrNull(of.finishedAt),
    result: of.result,
    hostId: hostIdOf(server.projectId, of.host),
  }
  if (isOperator) {
    // What failed is told in `details`; there is no stack of a remote process to show.
    document['traceback'] = null
    if (of.host !== null) document['host'] = of.host
  }
  if (seesDetails) document['details'] = progressOf(of)
  return document
}

/** What a step does, how often it was tried again, and before all else what it failed of. */
function progressOf({ title, retries, details }: ActionEvent): string {
  const step = retries === 0 ? title : `${title}; retries: ${retries}`
  return details === null ? step : `${details} (${step})`
}
