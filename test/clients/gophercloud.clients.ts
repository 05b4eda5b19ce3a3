/** A program in Go, with gophercloud, plays a session with a cloud that `npm start` started. */
import { test } from 'node:test'
import { startCloud } from '../support/real-cloud.ts'
import { playSession } from '../support/session.ts'

test('gophercloud', async (t) => {
  const cloud = await startCloud(t)
  await playSession(t, cloud, { folder: 'gophercloud', command: ['go', 'run', '.'] })
})
