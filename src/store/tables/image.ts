/** Tables of the image service. */
export type ImageTables = Record<never, never>
