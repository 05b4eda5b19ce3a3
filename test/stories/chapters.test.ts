/** Every chapter is told as it is written. */
import { test } from 'node:test'
import { chaptersOfNouns } from './chapters-of-nouns.ts'
import { chaptersOfParts } from './chapters-of-parts.ts'
import { chaptersOfServers } from './chapters-of-servers.ts'
import { tell } from './telling.ts'

for (const chapter of [...chaptersOfNouns, ...chaptersOfServers, ...chaptersOfParts]) {
  test(chapter.title, async (t) => await tell(t, chapter))
}
