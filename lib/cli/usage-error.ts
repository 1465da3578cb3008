/** A mistake on the command line: one line, and status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** What went wrong though the command line was right: one line, and status 1. */
export class RunError extends Error {
  override readonly name = 'RunError'
}
