/**
 * Calls a user's function. An exception is thrown again in a microtask, as an `uncaughtException`, so that it does not
 * interrupt the caller.
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
