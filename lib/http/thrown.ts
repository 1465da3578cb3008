import { inspect, types } from 'node:util'

const unreadable = 'something was thrown that cannot be looked at'
const textCharactersMax = 1000

/** An Error for whatever was thrown: it may be hostile to being looked at. */
export function errorOf(thrown: unknown): Error {
  try {
    if (thrown instanceof Error && !types.isProxy(thrown)) return thrown
    const text = inspect(thrown, { customInspect: false, showProxy: true })
    return new Error(text.slice(0, textCharactersMax))
  } catch {
    return new Error(unreadable)
  }
}

/** Where nobody has asked for errors, each is a warning of the process. */
export function warnOf(error: Error): void {
  const { text, detail } = wordsOf(error)
  process.emitWarning(text, { type: 'EpolletWarning', detail })
}

/** An error may have anything in the place of its texts, which emitWarning would refuse. */
function wordsOf(error: Error): { text: string; detail: string } {
  try {
    const { message, stack } = error
    const text = typeof message === 'string' ? message : inspect(message, { customInspect: false })
    return { text, detail: typeof stack === 'string' ? stack : '' }
  } catch {
    return { text: unreadable, detail: '' }
  }
}
