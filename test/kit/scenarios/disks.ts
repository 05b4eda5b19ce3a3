/** Rebuilding a server, and making images of it. */
import { rebuild } from '../../../src/app/servers/rebuild.ts'
import { createBackup, createImage } from '../../../src/app/servers/snapshot.ts'
import type { Image } from '../../../src/domain/image.ts'
import * as images from '../../../src/store/image/images.ts'
import { tenant } from '../../support/cloud-deeds.ts'
import type { FakeCloud } from '../../support/fake-cloud.ts'
import { image } from '../../support/images.ts'
import { theServer } from '../bench.ts'
import type { Scenario } from '../scenario.ts'
import { here, off, running, small, untouched } from './positions.ts'

/** Newest first. */
async function all(cloud: FakeCloud): Promise<readonly Image[]> {
  return await cloud.store.read(async (reader) => await images.list(reader, {}))
}

async function idOf(cloud: FakeCloud, name: string): Promise<string> {
  const found = (await all(cloud)).find((each) => each.name === name)
  if (found === undefined) throw new Error(`there is no image ${name}`)
  return found.id
}

/** A server that was made from an image, where there are others. */
async function fromImage(cloud: FakeCloud): Promise<void> {
  for (const name of ['first', 'second']) await image(cloud, name)
  await image(cloud, 'unsuitable', { 'trait:HW_CPU_X86_SGX': 'required' })
  const imageRef = await idOf(cloud, 'first')
  await cloud.flavor(small)
  await cloud.chooseLast('host2')
  const server = await cloud.create(small, { imageRef })
  await cloud.settled(server)
}

async function fromImageAndOff(cloud: FakeCloud): Promise<void> {
  await fromImage(cloud)
  await cloud.stop(await theServer(cloud))
}

const rebuilding =
  (name: string) =>
  async (cloud: FakeCloud): Promise<void> => {
    const wish = { imageRef: await idOf(cloud, name) }
    await rebuild(cloud.cloud.ctx, tenant, cloud.request(), await theServer(cloud), wish)
  }

/** Which image the record says that the server is made from, and which its disk really is. */
async function madeFrom(cloud: FakeCloud): Promise<string> {
  const names = new Map((await all(cloud)).map(({ id, name }) => [id as string, name]))
  const { imageId } = await cloud.server(await theServer(cloud))
  const disks = cloud.world.guests().map((guest) => names.get(guest.image ?? ''))
  return `of ${names.get(imageId ?? '')}, disk of ${disks.join() || 'nothing'}`
}

const rebuildScenario = {
  operation: 'server.rebuild',
  hosts: ['host1', 'host2'],
  tells: madeFrom,
} satisfies Partial<Scenario>

/** Whether the old disk is still there is not known to the record; what is there belongs to the old image. */
const oldOrNone = (status: string, guest: string): readonly string[] => [
  `${here(status, guest)}; of first, disk of first`,
  `${here(status, '')}; of first, disk of nothing`,
]

/** From here on the server is of the new image, whatever came of its guest. */
const broken = (name: string): readonly string[] => [
  `${here('ERROR', '')}; of ${name}, disk of nothing`,
  `${here('ERROR', 'running')}; of ${name}, disk of ${name}`,
  `${here('ERROR', 'shutdown')}; of ${name}, disk of ${name}`,
]

/** The names of all images with what they are, oldest first. */
async function gallery(cloud: FakeCloud): Promise<string> {
  const told = (await all(cloud)).toReversed().map(({ name, status }) => `${name} ${status}`)
  return told.join(', ') || 'no image'
}

const imaging = async (cloud: FakeCloud): Promise<void> => {
  const wish = { name: 'snap', metadata: {} }
  await createImage(cloud.cloud.ctx, tenant, cloud.request(), await theServer(cloud), wish)
}

const backup = async (cloud: FakeCloud, name: string): Promise<void> => {
  const wish = { name, metadata: {}, backupType: 'daily', rotation: 2 }
  await createBackup(cloud.cloud.ctx, tenant, cloud.request(), await theServer(cloud), wish)
}

export const diskScenarios: readonly Scenario[] = [
  {
    ...rebuildScenario,
    name: 'rebuild from the image it has',
    prepare: fromImage,
    ask: rebuilding('first'),
    done: `${untouched}; of first, disk of first`,
    fails: { destroy: oldOrNone('ERROR', 'running'), spawn: broken('first') },
    refused: {
      imageChosen: [`${untouched}; of first, disk of first`],
      portsPlugged: broken('first'),
      rebuilt: broken('first'),
    },
  },
  {
    ...rebuildScenario,
    name: 'rebuild from another image',
    prepare: fromImage,
    ask: rebuilding('second'),
    done: `${untouched}; of second, disk of second`,
    fails: { destroy: oldOrNone('ERROR', 'running'), spawn: broken('second') },
    refused: {
      imageChosen: [`${untouched}; of first, disk of first`],
      portsPlugged: broken('second'),
      rebuilt: broken('second'),
    },
  },
  {
    ...rebuildScenario,
    name: 'rebuild of a stopped server',
    prepare: fromImageAndOff,
    ask: rebuilding('second'),
    done: `${off}; of second, disk of second`,
    fails: {
      destroy: oldOrNone('ERROR', 'shutdown'),
      spawn: broken('second'),
      power_off: broken('second'),
    },
    refused: {
      imageChosen: [`${off}; of first, disk of first`],
      portsPlugged: broken('second'),
      rebuilt: broken('second'),
    },
  },
  {
    ...rebuildScenario,
    name: 'rebuild from an image that does not suit the host',
    prepare: fromImage,
    ask: rebuilding('unsuitable'),
    done: `${untouched}; of first, disk of first`,
    fails: {},
    refused: { imageChosen: [`${untouched}; of first, disk of first`] },
  },
  {
    name: 'snapshot',
    operation: 'server.snapshot',
    hosts: ['host1', 'host2'],
    prepare: running,
    ask: imaging,
    tells: gallery,
    done: `${untouched}; snap active`,
    fails: { snapshot: [`${untouched}; no image`] },
    // The image is there: that its old siblings could not be thrown away does not take it away.
    refused: { rotated: [`${untouched}; snap active`] },
    toldWhenGone: ['no image', 'snap active'],
  },
  {
    name: 'backup, with two that are kept',
    operation: 'server.snapshot',
    hosts: ['host1', 'host2'],
    prepare: async (cloud) => {
      await running(cloud)
      for (const name of ['mon', 'tue']) {
        await backup(cloud, name)
        await cloud.settled()
      }
    },
    ask: async (cloud) => await backup(cloud, 'wed'),
    tells: gallery,
    done: `${untouched}; tue active, wed active`,
    fails: { snapshot: [`${untouched}; mon active, tue active`] },
    refused: { rotated: [`${untouched}; mon active, tue active, wed active`] },
    toldWhenGone: [
      'mon active, tue active',
      'mon active, tue active, wed active',
      'tue active, wed active',
    ],
  },
]
