/** `npm run golden`: writes the golden files anew. Read the diff as a reviewer would. */
import { spawnSync } from 'node:child_process'
import { environment, prepare } from './bootstrap.mjs'

const node = await prepare()
const { status } = spawnSync(node, ['--test', 'test/**/*.golden.test.ts'], {
  stdio: 'inherit',
  env: { ...environment(node), BERTH_GOLDEN: 'write' },
})
process.exit(status ?? 1)
