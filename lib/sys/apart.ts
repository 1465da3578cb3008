/**
 * Calls a function that is not ours. What it throws becomes an `uncaughtException` of its own, a moment later: it cuts
 * short nothing that we are in the middle of.
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
