/** What a host counts of a guest. Null: it cannot tell. */

export type GuestCounts = {
  readonly hypervisor: string | null
  readonly hypervisorOs: string | null
  readonly uptimeSeconds: number | null
  readonly memoryMb: { readonly maximum: number; readonly used: number | null }
  readonly processors: readonly {
    readonly timeNs: number | null
    readonly utilisation: number | null
  }[]
  readonly disks: readonly DiskCounts[]
  readonly interfaces: readonly InterfaceCounts[]
}

export type DiskCounts = {
  readonly readBytes: number | null
  readonly readRequests: number | null
  readonly writeBytes: number | null
  readonly writeRequests: number | null
  readonly errors: number | null
}

export type InterfaceCounts = {
  readonly mac: string
  readonly received: TrafficCounts
  readonly sent: TrafficCounts
}

export type TrafficCounts = {
  readonly octets: number | null
  readonly errors: number | null
  readonly drops: number | null
  readonly packets: number | null
  readonly rate: number | null
}

/** The counts with what the records know. */
export type Diagnostics = GuestCounts & {
  readonly state: string
  readonly configDrive: boolean
}
