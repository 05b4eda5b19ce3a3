/** A program in JavaScript, with pkgcloud, plays a session with a cloud that `npm start` started. */
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startCloud } from '../support/real-cloud.ts'
import { playSession } from '../support/session.ts'

test('pkgcloud', async (t) => {
  // It brings two hundred packages, which nobody else needs: they are installed beside it.
  const cwd = fileURLToPath(new URL('pkgcloud', import.meta.url))
  execFileSync('npm', ['ci', '--ignore-scripts', '--loglevel=error'], { cwd, stdio: 'ignore' })
  const cloud = await startCloud(t)
  await playSession(t, cloud, {
    folder: 'pkgcloud',
    command: [process.execPath, '--no-deprecation', 'session.mjs'],
    env: {
      OS_AUTH_URL: `${cloud.url}/identity`,
      OS_USERNAME: 'admin',
      OS_PASSWORD: cloud.adminPassword(),
      OS_PROJECT_NAME: 'admin',
    },
  })
})
