/**
 * Heals of what an audit finds: one scenario for each contradiction that a program can put right, and one for taking that back.
 *
 * What fails to heal leaves what it found. So each end tells what became of the heal beside what there is still to be healed.
 */
import assert from 'node:assert/strict'
import { findingsOf } from '../../../src/app/audit/findings.ts'
import type { Finding } from '../../../src/app/audit/findings.ts'
import { beginHeals, listHeals, takeBack } from '../../../src/app/audit/heals.ts'
import { plants } from '../../audit/plants.ts'
import type { Plant } from '../../audit/plants.ts'
import { admin } from '../../support/cloud-deeds.ts'
import type { FakeCloud } from '../../support/fake-cloud.ts'
import { addNetwork } from '../../support/network-cloud.ts'
import { theServer } from '../bench.ts'
import type { Scenario } from '../scenario.ts'
import { here, off, untouched } from './positions.ts'

const graceMs = 60_000

/** A server with a port, so that there is something of every kind to contradict. */
async function prepare(cloud: FakeCloud, { before }: Plant): Promise<void> {
  const project = admin.projectId
  assert.ok(project !== null)
  await addNetwork(cloud.store, { owner: project, cidr: '10.1.0.0/24' })
  const server = await cloud.create({}, { host: 'host1', networks: 'auto' }, admin)
  await cloud.settled()
  await before?.(cloud, server)
}

async function findings(cloud: FakeCloud): Promise<readonly Finding[]> {
  return await findingsOf(cloud.store, await cloud.audit(), new Map())
}

/** Makes the contradiction and begins to heal it. */
const plantAndHeal =
  ({ how, remedies }: Plant) =>
  async (cloud: FakeCloud): Promise<void> => {
    await how(cloud, await theServer(cloud))
    const begun = await beginHeals(cloud.cloud.healing, await findings(cloud), admin)
    assert.equal(begun.length, remedies.length)
  }

/** What became of the heal, and what is to be healed now; what is for people is told by its invariant. */
async function tells(cloud: FakeCloud): Promise<string> {
  const [heal] = await listHeals(cloud.cloud.healing, admin)
  const left = (await findings(cloud)).map(({ remedy, invariant }) => remedy?.kind ?? invariant)
  return `${heal?.state}; ${[...new Set(left)].toSorted().join() || 'sound'}`
}

const moved = 'ACTIVE on host2, 1 cores; move confirmed; running on host2'

/** How the server looks with the contradiction in it, and without, where that can be seen. */
const looks: Readonly<Record<string, { readonly wrong: string; readonly right?: string }>> = {
  'a server whose guest was switched off inside': { wrong: here('ACTIVE', 'shutdown'), right: off },
  'a move that is over and holds something on its source': { wrong: moved, right: moved },
  'a task that nothing performs': { wrong: untouched.replace('ACTIVE', 'REBOOT (rebooting)') },
  'a disk on another host than the server is on': {
    wrong: untouched.replace('running on', 'incoming on host2 and running on'),
  },
  'a copy beside the guest, of a move that is over': {
    wrong: `${untouched} and source-copy on host1`,
  },
}

function scenariosOf(plant: Plant): readonly Scenario[] {
  const { what, remedies, isFinal } = plant
  const { wrong, right = untouched } = looks[what] ?? { wrong: untouched }
  const still = remedies.join()
  const healed = `${right}; healed; sound`
  const failed = `${wrong}; failed; ${still}`
  const onHost = remedies.includes('clean-host')
  const common = { hosts: ['host1', 'host2'], tells, leaves: 'what it found' } as const
  const settings = { audit: { everyMs: 0, heal: 'report', graceMs } } as const
  const heal: Scenario = {
    ...common,
    name: `heal: ${what}`,
    operation: onHost ? 'heal.guest' : 'heal.records',
    settings,
    prepare: async (cloud) => await prepare(cloud, plant),
    ask: plantAndHeal(plant),
    waitsFor: 'everything',
    done: healed,
    fails: onHost ? { get_info: [failed], destroy: [healed], confirm_migration: [healed] } : {},
    refused: { healed: [failed], waited: [failed], judged: [failed], cleaningBegun: [failed] },
    toldWhenGone: gone(still),
  }
  if (isFinal === true) return [heal]
  const back: Scenario = {
    ...common,
    name: `taken back: ${what}`,
    operation: 'heal.undo',
    settings,
    prepare: async (cloud) => {
      await prepare(cloud, plant)
      await plantAndHeal(plant)(cloud)
    },
    ask: async (cloud) => {
      const [done] = await listHeals(cloud.cloud.healing, admin)
      assert.ok(done !== undefined)
      await takeBack(cloud.cloud.healing, admin, done.id)
    },
    waitsFor: 'everything',
    done: `${wrong}; undone; ${still}`,
    fails: {},
    refused: { takenBack: [healed] },
    toldWhenGone: gone(still),
  }
  return [heal, back]
}

/** A delete takes with it what was wrong, unless that was not about the server; a heal that comes later finds nothing. */
function gone(still: string): readonly string[] {
  return ['healed', 'nothing', 'failed', 'undone'].flatMap((state) => [
    `${state}; sound`,
    // What did not heal, or was taken back, may still be there.
    ...(state === 'failed' || state === 'undone' ? [`${state}; ${still}`] : []),
  ])
}

/** Those of people are not healed, and there is only one server here. */
const isPlayed = ({ remedies, needsAnother }: Plant): boolean =>
  remedies.length > 0 && needsAnother !== true

export const healScenarios: readonly Scenario[] = plants.filter(isPlayed).flatMap(scenariosOf)
