/** Invariants between records: each is a query whose rows are violations, put into a sentence. */
import type { Instant } from '../../lib/clock.ts'
import { wrongCharges } from '../../store/audit/charges.ts'
import * as contradictions from '../../store/audit/contradictions.ts'
import type { Reader } from '../../store/store.ts'
import type { Violation } from './violation.ts'
import { wrongAfterwards } from './afterwards.ts'
import { wrongVolumes } from './volumes.ts'

/** Statuses in which a move waits: for its user, or for the host that was evacuated. */
const waiting = ['finished', 'done']

/** For how long a lease may have run out before somebody should have taken over, in ms. */
const sweepMs = 60_000

type Check = (reader: Reader, now: Instant) => Promise<readonly Violation[]>

const checks: readonly Check[] = [
  wrongAfterwards,
  wrongVolumes,
  async (reader) =>
    (await contradictions.deadHolders(reader)).map(({ consumer, type }) => ({
      invariant: 'A6',
      subject: consumer,
      says: `${consumer} holds something and is no living server or open migration`,
      facts: { type },
    })),
  async (reader) =>
    (await contradictions.wrongOwners(reader)).map(({ consumer, project }) => ({
      invariant: 'A9',
      subject: consumer,
      says: `What ${consumer} holds is charged to a project that it does not belong to`,
      facts: { project },
    })),
  async (reader) =>
    (await contradictions.wrongSums(reader)).map(({ provider, resourceClass, used, sum }) => ({
      invariant: 'A11',
      subject: provider,
      says: `${provider} counts ${used} of ${resourceClass} as used where ${sum} is held`,
      facts: { resourceClass, used, sum },
    })),
  async (reader) =>
    (await contradictions.movedTwice(reader)).map(({ server, count }) => ({
      invariant: 'M1',
      subject: server,
      says: `Server ${server} is in ${count} moves at once`,
      facts: { count },
    })),
  async (reader) =>
    (await contradictions.abandonedMigrations(reader, waiting)).map(({ id, server, status }) => ({
      invariant: 'M6',
      subject: id,
      says: `Migration ${id} is ${status}, and nothing drives it`,
      facts: { server, status },
    })),
  async (reader) =>
    (await contradictions.movesOfTheDead(reader)).map(({ id, server }) => ({
      invariant: 'M7',
      subject: id,
      says: `Migration ${id} is open, and its server was deleted`,
      facts: { server },
    })),
  async (reader) =>
    (await contradictions.unexplainedErrors(reader)).map((server) => ({
      invariant: 'S2',
      subject: server,
      says: `Server ${server} is in error, and nothing says why`,
      facts: {},
    })),
  async (reader) =>
    (await contradictions.unfinishedEvents(reader)).map(({ saga, step, direction }) => ({
      invariant: 'E1',
      subject: saga,
      says: `Operation ${saga} has ended, and its step ${step} has not`,
      facts: { step, direction },
    })),
  async (reader, now) =>
    (await contradictions.ownerless(reader, now - sweepMs)).map(({ id, name, subject }) => ({
      invariant: 'O1',
      subject: id,
      says: `Nobody drives operation ${id} (${name}) of ${subject}`,
      facts: { name, subject },
    })),
  async (reader) =>
    (await wrongCharges(reader)).map(({ project, user, resource, charged, sum }) => {
      const whose = user === null ? `Project ${project}` : `User ${user} of project ${project}`
      return {
        invariant: 'Q1',
        subject: project,
        says: `${whose} is charged ${charged} of ${resource} where the servers have ${sum}`,
        facts: { resource, charged, sum, ...(user === null ? {} : { user }) },
      }
    }),
  async (reader) =>
    (await contradictions.wrongBindings(reader)).map(({ port, server, host, bound }) => ({
      invariant: 'G4',
      subject: port,
      says: `Port ${port} of server ${server} is bound to ${bound}, not only to ${host}`,
      facts: { server, host, bound },
    })),
]

export async function wrongRecords(reader: Reader, now: Instant): Promise<readonly Violation[]> {
  const found: Violation[] = []
  for (const check of checks) found.push(...(await check(reader, now)))
  return found
}
