/** Every chapter is told as it is written. */
import { test } from 'node:test'
import { chaptersOfDoors } from './chapters-of-doors.ts'
import { chaptersOfLooks } from './chapters-of-looks.ts'
import { chaptersOfNouns } from './chapters-of-nouns.ts'
import { chaptersOfParts } from './chapters-of-parts.ts'
import { chaptersOfServers } from './chapters-of-servers.ts'
import { tell } from './telling.ts'

const chapters = [
  ...chaptersOfNouns,
  ...chaptersOfServers,
  ...chaptersOfParts,
  ...chaptersOfLooks,
  ...chaptersOfDoors,
]

export function chapterCases(): void {
  for (const chapter of chapters) test(chapter.title, async (t) => await tell(t, chapter))
}
