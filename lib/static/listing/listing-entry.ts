/** A row of a listing. */
export interface ListingEntry {
  readonly name: string
  /** `other` is a pipe, a socket or a device: it is shown, but not served. */
  readonly type: 'directory' | 'file' | 'other'
  readonly sizeBytes: number
  readonly mtimeMs: number
}

export interface Listing {
  /** Directories first, then by name; numbers in names are compared by value. */
  readonly entries: readonly ListingEntry[]
  /** Whether the directory has more names than were read. */
  readonly truncated: boolean
  /**
   * How many names were left out because no URL can contain them: those that aren't UTF-8, or have a control character
   * or a backslash.
   */
  readonly leftOut: number
}

/** How many entries are sorted or written before the loop runs again: about a millisecond's work. */
export const entriesPerTurn = 500
