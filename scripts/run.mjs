/** Runs one of our sources: `node scripts/run.mjs src/main.ts --port 0`. */
import { run } from './bootstrap.mjs'

const [entry, ...args] = process.argv.slice(2)
await run(entry, args)
