/** Tables of the network service. */
export type NetworkTables = Record<never, never>
