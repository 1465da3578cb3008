/**
 * Calls a user's function. An exception is rethrown in a microtask as an `uncaughtException`, so it does not interrupt
 * the caller.
 *
 * @internal
 */
export function apart(call: () => void): void {
  try {
    call()
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}
