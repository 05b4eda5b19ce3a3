/** What this API's documents look like. */
import { invariants } from '../../app/audit/violation.ts'
import type { DrainShown } from '../../app/hosts/drain.ts'
import type { Finding } from '../../app/audit/findings.ts'
import { finalBecause, sayRemedy } from '../../app/audit/heals.ts'
import type { Heal, Remedy } from '../../app/audit/heals.ts'
import type { HostShown } from '../../app/host-list.ts'
import type { OperationShown, StepShown } from '../../app/operation-list.ts'
import type { listGuests } from '../../app/simulation.ts'
import type { Instant } from '../../lib/clock.ts'
import type { ProblemRecord } from '../../lib/problem.ts'

type Guest = ReturnType<typeof listGuests>[number]

/** RFC 3339 to the millisecond, in UTC. */
export function instantView(at: Instant): string {
  return new Date(at).toISOString()
}

export function hostView({ host, up, stocks, guests }: HostShown): object {
  return {
    name: host.name,
    kind: host.kind,
    zone: host.zone,
    up,
    enabled: !host.disabled,
    disabled_reason: host.disabledReason,
    provider: host.providerId,
    resources: Object.fromEntries(
      stocks.map(({ resourceClass, inventory, used }) => [
        resourceClass,
        {
          total: inventory.total,
          reserved: inventory.reserved,
          ratio: inventory.allocationRatio,
          used,
        },
      ]),
    ),
    guests,
  }
}

export function guestView(guest: Guest): object {
  return {
    server: guest.server,
    name: guest.name,
    role: guest.role,
    power: guest.power,
    vcpus: guest.vcpus,
    memory_mb: guest.memoryMb,
    disk_gb: guest.diskGb,
    image: guest.image,
    disk: guest.diskGeneration === '' ? null : guest.diskGeneration,
    rescued: guest.rescued,
    ports: guest.ports.map(({ id }) => id),
    plugged: guest.plugged,
    volumes: guest.volumes.map(({ id, device }) => ({ id, device })),
  }
}

export function drainView(drain: DrainShown): object {
  return {
    host: drain.host,
    state: drain.state,
    total: drain.total,
    left: drain.left,
    stuck: drain.stuck.map(({ serverId, why }) => ({ server: serverId, why })),
    started_at: instantView(drain.startedAt),
    updated_at: instantView(drain.updatedAt),
  }
}

export function operationView(operation: OperationShown): object {
  return {
    id: operation.id,
    name: operation.name,
    subject: operation.subject,
    server: operation.server,
    state: operation.state,
    backwards: operation.direction !== 'do',
    step: operation.step,
    attempts: operation.attempts,
    problem: problemView(operation.problem),
    started_at: instantView(operation.startedAt),
    since: instantView(operation.since),
    ended_at: operation.endedAt === null ? null : instantView(operation.endedAt),
    steps: operation.steps.map(stepView),
  }
}

function stepView(step: StepShown): object {
  return {
    name: step.name,
    title: step.title,
    act: step.act,
    host: step.host,
    round: step.round,
    outcome: step.outcome,
    attempts: step.attempts,
    problem: problemView(step.problem),
    started_at: instantView(step.startedAt),
    finished_at: step.finishedAt === null ? null : instantView(step.finishedAt),
  }
}

export function findingView(finding: Finding): object {
  const { invariant, subject, says, facts, remedy, advice, lastOperation: last } = finding
  return {
    invariant,
    meaning: invariants[invariant],
    subject,
    message: says,
    facts,
    first_seen_at: finding.firstSeenAt === null ? null : instantView(finding.firstSeenAt),
    not_before: finding.notBefore === null ? null : instantView(finding.notBefore),
    last_operation: last === null ? null : { id: last.id, name: last.name, state: last.state },
    remedy: remedy === null ? null : remedyView(remedy),
    advice,
  }
}

export function healView(heal: Heal): object {
  return {
    id: heal.id,
    invariant: heal.invariant,
    reason: heal.reason,
    by: heal.by,
    remedy: remedyView(heal.remedy),
    state: heal.state,
    problem: problemView(heal.problem),
    not_before: heal.notBefore === null ? null : instantView(heal.notBefore),
    started_at: instantView(heal.startedAt),
    ended_at: heal.endedAt === null ? null : instantView(heal.endedAt),
  }
}

function remedyView(remedy: Remedy): object {
  return { kind: remedy.kind, text: sayRemedy(remedy), final_because: finalBecause(remedy) }
}

function problemView(problem: ProblemRecord | null): object | null {
  return problem === null ? null : { kind: problem.kind, message: problem.message }
}
