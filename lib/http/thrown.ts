import { inspect, types } from 'node:util'

type Added = Parameters<AbortSignal['addEventListener']>
type Removed = Parameters<AbortSignal['removeEventListener']>
type Listener = Added[1]

const unreadable = 'a value was thrown that cannot be inspected'
const textCharactersMax = 1000

/** Turns a thrown value into an Error, without calling the value's own `[inspect.custom]`. */
export function errorOf(thrown: unknown): Error {
  try {
    if (thrown instanceof Error && !types.isProxy(thrown)) return thrown
    const text = inspect(thrown, { customInspect: false, showProxy: true })
    return new Error(text.slice(0, textCharactersMax))
  } catch {
    return new Error(unreadable)
  }
}

/** Emits an error as a process warning: the default for `onError`. */
export function warnOf(error: Error): void {
  const detail = textOf(() => error.stack)
  process.emitWarning(
    textOf(() => error.message),
    { type: 'EpolletWarning', detail },
  )
}

/** emitWarning() accepts only strings, but an error's properties may be anything. */
function textOf(property: () => unknown): string {
  try {
    return String(property())
  } catch {
    return unreadable
  }
}

/**
 * Makes a signal report the errors that its listeners throw. Node would turn them into uncaught exceptions, so a client
 * that leaves could end the server.
 */
export function guardSignal(signal: AbortSignal, report: (thrown: unknown) => void): void {
  const guards = new WeakMap<object, Listener>()
  const guardOf = (listener: Listener): Listener => {
    const isObject = typeof listener === 'object' && listener !== null
    if (!isObject && typeof listener !== 'function') return listener
    const guard = guards.get(listener) ?? guarded(listener, report)
    guards.set(listener, guard)
    return guard
  }
  const { addEventListener, removeEventListener } = signal
  signal.addEventListener = (...[type, listener, options]: Added) =>
    addEventListener.call(signal, type, guardOf(listener), options)
  signal.removeEventListener = (...[type, listener, options]: Removed) =>
    removeEventListener.call(signal, type, guardOf(listener), options)
}

/** Async, so that rejections of async listeners are caught too. */
function guarded(listener: Listener, report: (thrown: unknown) => void): Listener {
  return async function (this: unknown, event: Event): Promise<void> {
    try {
      if (typeof listener === 'function') await Reflect.apply(listener, this, [event])
      else await listener.handleEvent(event)
    } catch (error) {
      report(error)
    }
  }
}
