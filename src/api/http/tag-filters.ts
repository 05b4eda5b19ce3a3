/** Filters by tags: all of them, any of them, not all of them, none of them. */

/** What a filter makes of how many of the wanted tags something has. */
const filters: Readonly<Record<string, (has: number, wanted: number) => boolean>> = {
  tags: (has, wanted) => has === wanted,
  'tags-any': (has) => has > 0,
  'not-tags': (has, wanted) => has < wanted,
  'not-tags-any': (has) => has === 0,
}

/** Whether something that has these tags is asked for. */
export function tagsMatch(tags: readonly unknown[], query: URLSearchParams): boolean {
  return Object.entries(filters).every(([name, holds]) => {
    if (!query.has(name)) return true
    const wanted = new Set(query.getAll(name).flatMap((each) => each.split(',')))
    return holds([...wanted].filter((tag) => tags.includes(tag)).length, wanted.size)
  })
}
