/** A program in Python, with openstacksdk, plays a session with a cloud that `npm start` started. */
import { test } from 'node:test'
import { startCloud } from '../support/real-cloud.ts'
import { playSession } from '../support/session.ts'

test('openstacksdk', async (t) => {
  const cloud = await startCloud(t)
  // Debian's packages belong to Debian's Python.
  const command = ['/usr/bin/python3', 'session.py'] as const
  await playSession(t, cloud, { folder: 'openstacksdk', command })
})
