/** `npm run docs`: writes every page that is made from the sources, and takes away those of operations that are gone. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pages } from './pages.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = join(root, 'docs/operations')
const wanted = await pages()
mkdirSync(folder, { recursive: true })
mkdirSync(join(root, 'docs/crash-matrix'), { recursive: true })
for (const file of readdirSync(folder)) {
  if (!wanted.has(`docs/operations/${file}`)) rmSync(join(folder, file))
}
for (const [path, text] of wanted) writeFileSync(join(root, path), text)
