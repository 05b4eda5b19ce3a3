/** Reading server-sent events. */

export type ServerSent = {
  /** Where to go on after this; null when it was not said. */
  readonly id: string | null
  readonly event: string
  /** Null for what only moves the position on. */
  readonly data: string | null
}

/** The events of a stream as they come; ends when the stream does. */
export async function* eventsIn(
  stream: ReadableStream<Uint8Array>,
): AsyncGenerator<ServerSent, void, undefined> {
  let rest = ''
  const decoder = new TextDecoder()
  for await (const chunk of stream) {
    // Events are kept apart by an empty line; the last piece may still be growing.
    const pieces = (rest + decoder.decode(chunk, { stream: true })).split('\n\n')
    rest = pieces.pop() ?? ''
    for (const piece of pieces) yield eventIn(piece)
  }
}

function eventIn(piece: string): ServerSent {
  let id: string | null = null
  let event = 'message'
  const data: string[] = []
  for (const line of piece.split('\n')) {
    const colon = line.indexOf(':')
    const name = line.slice(0, Math.max(0, colon))
    const value = line.slice(colon + 1).replace(/^ /, '')
    if (name === 'id') id = value
    if (name === 'event') event = value
    if (name === 'data') data.push(value)
  }
  return { id, event, data: data.length === 0 ? null : data.join('\n') }
}
