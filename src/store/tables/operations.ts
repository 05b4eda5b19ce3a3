/** Tables of operations that wait for others, and of hosts that are being emptied. */
export type OperationTables = {
  /** The newest event of each name about each thing of a server: its tag, a port's id for one. */
  external_events: {
    server_id: string
    name: string
    tag: string
    status: string
    at: number
  }
  host_drains: {
    host: string
    state: string
    /** How many servers were there when it began. */
    total: number
    /** JSON: the servers that cannot be moved, and why. */
    stuck: string
    started_at: number
    updated_at: number
  }
}
