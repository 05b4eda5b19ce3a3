/** Hosts that die in the middle of a call and are back soon, and what must be whole then. */
import assert from 'node:assert/strict'
import type { ServerId } from '../../src/domain/ids.ts'
import * as images from '../../src/store/image/images.ts'
import type { FakeCloud } from '../support/fake-cloud.ts'
import { running } from '../kit/scenarios/positions.ts'
import * as deeds from './deeds.ts'
import type { Case } from './row.ts'

/** The host dies in the middle of the call, before or after its effect, and is back soon. */
export const restarts = (on: string): Pick<Case, 'faults'>[] =>
  (['before', 'after'] as const).map((when) => ({
    faults: [{ on, 'crash-agent': true, when, 'returns-after': 2_000, times: 1 }],
  }))

/** A server that was deleted for the time being. */
export async function putAside(cloud: FakeCloud): Promise<ServerId> {
  const server = await running(cloud)
  await deeds.remove(cloud, server)
  await cloud.settled()
  return server
}

/** No image is left that is neither whole nor gone. */
export async function imagesAreWhole(cloud: FakeCloud): Promise<void> {
  const all = await cloud.store.read(async (reader) => await images.list(reader, {}))
  assert.deepEqual(
    all.filter(({ status }) => status !== 'active'),
    [],
  )
}
