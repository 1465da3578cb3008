/** An error on the command line. The program prints the message on one line and exits with status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** A failure of a valid command. The program prints the message on one line and exits with status 1. */
export class RunError extends Error {
  override readonly name = 'RunError'
}
