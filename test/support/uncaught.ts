/** Runs a function and returns the messages of its uncaught exceptions. */
export async function uncaughtIn(run: () => Promise<void>): Promise<string[]> {
  const listeners = process.listeners('uncaughtException')
  const messages: string[] = []
  process.removeAllListeners('uncaughtException')
  process.on('uncaughtException', error => messages.push(error.message))
  try {
    await run()
  } finally {
    process.removeAllListeners('uncaughtException')
    for (const listener of listeners) process.on('uncaughtException', listener)
  }
  return messages
}
