/** Tables of what belongs to servers besides their records: tokens of their consoles, and shares. */
export type ConsoleTables = {
  server_shares: {
    id: string
    server_id: string
    share_id: string
    tag: string
    created_at: number
  }
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
