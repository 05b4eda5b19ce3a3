/** Tells a chapter to a cloud of its own, and sees whether every answer is as it says. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { ServerId, VolumeId } from '../../src/domain/ids.ts'
import { computeApi } from '../support/compute-api.ts'
import type { Caller, ComputeApi } from '../support/compute-api.ts'
import { addImage, addNetwork, nobody } from '../support/compute-surroundings.ts'
import { slow, untilMigration } from '../support/live-moves.ts'
import { migrating, volume } from '../support/volumes.ts'
import { named, partOf } from './chapter.ts'
import type { Asked, Chapter, Event, Things } from './chapter.ts'

/** At every version of the chapter, and by everybody who can tell it, one after the other. */
export async function tell(t: TestContext, chapter: Chapter): Promise<void> {
  const { title, versions, teller = 'member', toldBy = [], hosts, settings } = chapter
  const all = versions ?? ['latest' as const]
  const plays = [
    ...all.map((at) => ({ at, by: teller })),
    ...toldBy.map((by) => ({ at: all[0] ?? ('latest' as const), by })),
  ]
  for (const { at, by } of plays) {
    const version = at === 'latest' ? at : `2.${at}`
    const narrator = by === teller ? '' : `, told by the ${by}`
    await t.test(`${title}, at ${version}${narrator}`, async (within) => {
      const api = await computeApi(within, {
        ...(hosts === undefined ? {} : { hosts }),
        ...(settings === undefined ? {} : { settings }),
      })
      let things = await surroundings(api)
      for (const step of chapter.steps) {
        if ('ask' in step) {
          const as = step.as === teller ? by : (step.as ?? 'admin')
          things = { ...things, ...(await told(api, { ...step, as }, at, things)) }
        } else await happen(api, step, things)
      }
    })
  }
}

/** Answers what the step keeps. */
async function told(
  api: ComputeApi,
  step: Asked & { readonly as: Caller },
  version: number | 'latest',
  things: Things,
): Promise<Things> {
  const { as, at = version, from = 1, until = Infinity, keeps = {} } = step
  const minor = version === 'latest' ? Infinity : version
  if (minor < from || minor > until) return {}
  const [method = '', path = ''] = String(named(step.ask, things)).split(' ')
  const body = step.body === undefined ? {} : { body: named(step.body, things) }
  const answer = await api.ask(method, path, { as, at, ...body })
  const about = `${step.ask} as ${as}: ${JSON.stringify(answer.body)}`
  assert.equal(answer.status, step.status, about)
  if (step.answer !== undefined) {
    const due = named(step.answer, things)
    // A document, as what is due of it.
    assert.partialDeepStrictEqual(answer.body as object, due, about)
  }
  if (step.goesOn === undefined) await api.cloud.settled()
  return Object.fromEntries(
    Object.entries(keeps).map(([name, place]) => [name, partOf(answer.body, place)]),
  )
}

async function happen({ cloud }: ComputeApi, event: Event, things: Things): Promise<void> {
  // Names stand for what an answer said: ids as they are, and hosts of this cloud.
  if ('lost' in event) {
    const host = event.lost as never
    cloud.world.losePower(host)
    cloud.hosts.setReachable(host, false)
  } else if ('slow' in event) slow(cloud, event.slow)
  else if ('faults' in event) cloud.faults.replace({ faults: event.faults })
  else if ('moving' in event) {
    await untilMigration(cloud, named(event.moving, things) as ServerId, event.until)
  } else if ('believed' in event) {
    const id = named(event.believed, things) as ServerId
    const set = { vm_state: event.vmState }
    await cloud.store.transaction(async (tx) => {
      await tx.updateTable('servers').set(set).where('id', '=', id).execute()
    })
  } else await migrating(cloud, named(event.movingVolume, things) as VolumeId)
}

async function surroundings(api: ComputeApi): Promise<Things> {
  for (const [id, vcpus] of [
    ['small', 1],
    ['large', 2],
  ] as const) {
    const flavor = { id, name: id, ram: 512, disk: 1, vcpus }
    const made = await api.now('POST', '/flavors', { as: 'admin', body: { flavor } })
    assert.equal(made.status, 200)
  }
  const id = await volume(api.cloud)
  return {
    nobody,
    image: await addImage(api),
    publicImage: await addImage(api, { visibility: 'public' }, 'admin'),
    network: await addNetwork(api),
    volume: id,
    of_volume: JSON.stringify({ volume_id: id }),
    other: await volume(api.cloud),
    share: '22222222-2222-4222-8222-222222222222',
    key: sshKey,
  }
}

const sshKey = `ssh-ed25519 ${Buffer.concat([
  Buffer.from([0, 0, 0, 11]),
  Buffer.from('ssh-ed25519'),
  Buffer.from([0, 0, 0, 32]),
  Buffer.alloc(32, 7),
]).toString('base64')} somebody`
