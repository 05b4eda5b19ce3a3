/**
 * A server runs on one host at a time.
 *
 * A host that is still to be cleaned of everything of a server may be running its guest: what was begun there was given up because
 * somebody did not want to wait for that host. So whoever wants to make a guest run waits first until no such host is left, which
 * mostly takes less than a second. One that does not answer is not waited for: it switches off what it is to be cleaned of before it
 * counts as up again (`agents/admission.ts`), and until then it is as lost as one that a server is evacuated from.
 *
 * Likewise nobody works on the guest while its own host still deletes what an earlier move left beside it: what is deleted may be
 * what the guest would be made of.
 */
import type { HostName, ServerId } from '../domain/ids.ts'
import type { Instant } from '../lib/clock.ts'
import { problem } from '../lib/problem.ts'
import { notYet } from '../saga/not-yet.ts'
import * as servers from '../store/compute/servers.ts'
import * as reading from '../store/sagas/reading.ts'
import * as sagas from '../store/sagas/rows.ts'
import type { Tx } from '../store/store.ts'
import { cleaningOf, cleaningSubjects, serverSubject } from './kit.ts'
import type { Cleaning, Recorded, ServerParams } from './kit.ts'

const patienceMs = 60_000
/** A host may stop answering meanwhile, and nobody says so. */
const lookEveryMs = 1_000

/** Lets pass when nothing is cleaned that could be in the way. Belongs into the first step. @throws `NotYet`, in the end `conflict`. */
export async function awaitAlone(c: Recorded<ServerParams>): Promise<void> {
  const cleaning = await cleaningInTheWay(c)
  if (cleaning === null) return
  const until = c.run.startedAt + patienceMs
  if (c.now < until) throw notYet(Math.min(until, c.now + lookEveryMs))
  const { host, what } = cleaning
  const message =
    what === 'everything'
      ? `The instance may still run on host ${host}, which is being cleaned of it.`
      : `Host ${host} is still deleting what an earlier move of the instance left there.`
  throw problem('conflict', message, { server: c.p.serverId, host })
}

/** Whoever waits for a host to be clean of the server looks again. */
export async function tellClean(tx: Tx, serverId: ServerId, now: Instant): Promise<void> {
  await sagas.poke(tx, serverSubject(serverId), now)
}

async function cleaningInTheWay({ tx, p, tools }: Recorded<ServerParams>): Promise<Found | null> {
  const subjects = await reading.activeSubjects(tx, cleaningSubjects(p.serverId))
  if (subjects.length === 0) return null
  const { host: home } = await servers.get(tx, p.serverId)
  for (const subject of subjects) {
    const cleaning = cleaningOf(subject)
    if (cleaning === null || !tools.hosts.isUp(cleaning.host)) continue
    if (cleaning.what === 'everything' || cleaning.host === home) return cleaning
  }
  return null
}

type Found = { readonly host: HostName; readonly what: Cleaning }
