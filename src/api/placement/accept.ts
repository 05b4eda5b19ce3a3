/** What a client says it can read. */

type Range = { readonly type: string; readonly quality: number }

/** Who says nothing, or that everything is fine, gets JSON. */
export function accepted(header: string | undefined): string {
  return header === undefined || header === '' || header === '*/*' ? 'application/json' : header
}

/** How much the client likes a media type, 0 for not at all. The most exact range that fits counts. */
export function qualityOf(header: string, type: string): number {
  const [main = ''] = type.split('/')
  const ranges = rangesOf(header)
  for (const wanted of [type, `${main}/*`, '*/*']) {
    const found = ranges.find((range) => range.type === wanted)
    if (found !== undefined) return found.quality
  }
  return 0
}

function rangesOf(header: string): readonly Range[] {
  return header.split(',').map((each) => {
    const [type = '', ...parameters] = each.split(';').map((part) => part.trim().toLowerCase())
    const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2)
    const number = Number(quality ?? 1)
    return { type, quality: Number.isNaN(number) ? 1 : number }
  })
}
