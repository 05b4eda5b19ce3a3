/**
 * Which connections are open, and which of them carry a request.
 *
 * Node closes idle connections itself when a server closes, but it takes one on which nothing was ever asked for busy, and
 * browsers and client libraries open such connections ahead of need: closing would wait for them.
 */
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

export class Connections {
  readonly #open = new Map<Socket, number>()

  opened(socket: Socket): void {
    this.#open.set(socket, 0)
    socket.once('close', () => this.#open.delete(socket))
  }

  /** Counts a request of the connection as under way until its response is done or cut off. */
  asked(socket: Socket, response: ServerResponse): void {
    this.#add(socket, 1)
    response.once('close', () => this.#add(socket, -1))
  }

  /** Closes every connection on which nothing is under way. */
  closeIdle(): void {
    for (const [socket, underWay] of this.#open) if (underWay === 0) socket.destroy()
  }

  #add(socket: Socket, by: number): void {
    const underWay = this.#open.get(socket)
    if (underWay !== undefined) this.#open.set(socket, underWay + by)
  }
}
