/** Tables of consoles. */
export type ConsoleTables = {
  console_tokens: {
    /** Of the token, which is nowhere. */
    hash: string
    server_id: string
    /** The host on which the server was when the token was given out. */
    on_host: string
    kind: string
    /** JSON of `ConsolePlace`. */
    place: string
    expires_at: number
  }
}
