#!/usr/bin/env node
/** The command `berth`, from a clone: `npx berth demo`. */
import { run } from './bootstrap.mjs'

await run('src/cli/main.ts', process.argv.slice(2))
