/** Invariants of volumes: between their records, attachments, servers and charges. */
import type { Reader } from '../../store/store.ts'
import * as volumes from '../../store/audit/volumes.ts'
import type { Violation } from './violation.ts'

export async function wrongVolumes(reader: Reader): Promise<readonly Violation[]> {
  const attached = await volumes.wrongAttachments(reader)
  const dead = await volumes.attachmentsOfTheDead(reader)
  const statuses = await volumes.wrongStatuses(reader)
  const charges = await volumes.wrongVolumeCharges(reader)
  return [
    ...attached.map(({ server, volume, host, attached: on, state }) => ({
      invariant: 'G5' as const,
      subject: server,
      says: `Server ${server} is on ${host}, and its disk ${volume} is ${state ?? 'not there'} on ${on}`,
      facts: { volume, host, on, state },
    })),
    ...dead.map(({ attachment, server }) => ({
      invariant: 'G5' as const,
      subject: attachment,
      says: `Attachment ${attachment} is of server ${server}, which was deleted`,
      facts: { server },
    })),
    ...statuses.map(({ volume, status, due }) => ({
      invariant: 'G5' as const,
      subject: volume,
      says: `Volume ${volume} is ${status}, and its attachments say ${due}`,
      facts: { status, due },
    })),
    ...charges.map(({ project, resource, charged, sum }) => ({
      invariant: 'Q1' as const,
      subject: project,
      says: `Project ${project} is charged ${charged} of ${resource} where its volumes have ${sum}`,
      facts: { resource, charged, sum },
    })),
  ]
}
