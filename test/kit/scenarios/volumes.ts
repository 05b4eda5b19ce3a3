/** Volumes that come to a server that is there, go before it, are exchanged, and move along with it. */
import * as deleting from '../../../src/app/servers/delete.ts'
import { changeAttachment } from '../../../src/app/servers/volumes.ts'
import { listServerVolumes } from '../../../src/app/server-volumes.ts'
import { admin, tenant } from '../../support/cloud-deeds.ts'
import type { FakeCloud } from '../../support/fake-cloud.ts'
import { attach, detach, migrating, volume, volumeIds, volumesTold } from '../../support/volumes.ts'
import { theServer } from '../bench.ts'
import type { Scenario } from '../scenario.ts'
import { running, untouched } from './positions.ts'

async function beside(cloud: FakeCloud): Promise<void> {
  await running(cloud)
  await volume(cloud)
}

async function attached(cloud: FakeCloud): Promise<void> {
  await beside(cloud)
  await attaching(cloud)
  await cloud.settled()
}

async function attaching(cloud: FakeCloud): Promise<void> {
  const [first] = await volumeIds(cloud)
  if (first !== undefined) await attach(cloud, await theServer(cloud), first)
}

async function detaching(cloud: FakeCloud): Promise<void> {
  const [first] = await volumeIds(cloud)
  if (first !== undefined) await detach(cloud, await theServer(cloud), first)
}

/** Attached, and about to be moved by the volume service. */
async function onTheMove(cloud: FakeCloud): Promise<void> {
  await attached(cloud)
  const [first] = await volumeIds(cloud)
  if (first !== undefined) await migrating(cloud, first)
  await volume(cloud)
}

async function swapping(cloud: FakeCloud): Promise<void> {
  const [first, second] = await volumeIds(cloud)
  if (first === undefined || second === undefined) return
  const server = await theServer(cloud)
  await changeAttachment(cloud.cloud.ctx, admin, cloud.request(), server, {
    volumeId: first,
    newVolumeId: second,
    repeats: {},
    deleteOnTermination: null,
    inPlace: true,
    knowsShared: true,
  })
}

async function tells(cloud: FakeCloud): Promise<string> {
  return (await volumesTold(cloud)).join(' | ')
}

/** Attached, to go when the server goes. */
async function attachedForLife(cloud: FakeCloud): Promise<void> {
  await beside(cloud)
  const [first] = await volumeIds(cloud)
  const server = await theServer(cloud)
  if (first !== undefined) await attach(cloud, server, first, { deleteOnTermination: true })
  await cloud.settled()
  const { length } = await listServerVolumes(cloud.cloud.ctx, tenant, server)
  if (length !== 1) throw new Error('the volume is not attached')
}

const free = `${untouched}; available`
const inUse = `${untouched}; in-use on host1, in the guest on host1`
/** What a host that says nothing has done nobody knows: nobody else gets the volume. */
const kept = `${untouched}; in-use on host1`

const firstIn = `${untouched}; in-use on host1, in the guest on host1 | available`
const secondIn = `${untouched}; available | in-use on host1, in the guest on host1`
const bothKept = [
  `${untouched}; in-use on host1, in the guest on host1 | reserved`,
  `${untouched}; in-use on host1 | reserved, in the guest on host1`,
]

const gone = ['available']

export const volumeScenarios: readonly Scenario[] = [
  {
    name: 'attach a volume',
    operation: 'server.attach-volume',
    hosts: ['host1', 'host2'],
    prepare: beside,
    ask: attaching,
    tells,
    done: inUse,
    fails: {
      attach_volume: { refusal: [free], silence: [free, inUse, kept] },
      detach_volume: [free, inUse, kept],
    },
    refused: { announced: [free] },
    toldWhenGone: gone,
  },
  {
    name: 'detach a volume',
    operation: 'server.detach-volume',
    hosts: ['host1', 'host2'],
    prepare: attached,
    ask: detaching,
    tells,
    done: free,
    fails: {
      detach_volume: { refusal: [inUse], silence: [inUse, kept] },
      attach_volume: [inUse, kept],
    },
    refused: { found: [inUse], released: [inUse] },
    toldWhenGone: gone,
  },
  {
    name: 'exchange a volume',
    operation: 'server.swap-volume',
    hosts: ['host1', 'host2'],
    prepare: onTheMove,
    ask: swapping,
    tells,
    done: secondIn,
    fails: { swap_volume: [firstIn, ...bothKept] },
    refused: { found: [firstIn], released: [firstIn] },
    toldWhenGone: ['available | available'],
  },
  {
    name: 'delete a server with a volume that goes with it',
    operation: 'server.delete',
    hosts: ['host1', 'host2'],
    prepare: attachedForLife,
    ask: async (cloud) =>
      await deleting.remove(cloud.cloud.ctx, tenant, cloud.request(), await theServer(cloud)),
    tells,
    done: 'DELETED; move none; no body; ',
    fails: {
      destroy: {
        refusal: [
          'ERROR on host1, 1 cores; move none; running on host1; in-use on host1, in the guest on host1',
          'ERROR on host1, 1 cores; move none; no body; in-use on host1',
        ],
        silence: ['DELETED; move none; no body; '],
      },
    },
    refused: {
      found: [
        'ERROR on host1, 1 cores; move none; running on host1; in-use on host1, in the guest on host1',
      ],
      gone: ['ERROR on host1, 1 cores; move none; no body; in-use on host1'],
    },
  },
]
