type Added = Parameters<AbortSignal['addEventListener']>
type Removed = Parameters<AbortSignal['removeEventListener']>
type Listener = Added[1]

/**
 * A signal whose listeners may throw: Node makes an uncaught exception of that, and it would end a server because one
 * client has left.
 *
 * @param report is told what was thrown
 */
export function guardedSignal(signal: AbortSignal, report: (thrown: unknown) => void): AbortSignal {
  const guards = new WeakMap<object, Listener>()
  const guardOf = (listener: Listener): Listener => {
    const isObject = typeof listener === 'object' && listener !== null
    if (!isObject && typeof listener !== 'function') return listener
    const guard = guards.get(listener) ?? guarded(listener, report)
    guards.set(listener, guard)
    return guard
  }
  const { addEventListener, removeEventListener } = signal
  return Object.assign(signal, {
    addEventListener: (...[type, listener, options]: Added) =>
      addEventListener.call(signal, type, guardOf(listener), options),
    removeEventListener: (...[type, listener, options]: Removed) =>
      removeEventListener.call(signal, type, guardOf(listener), options),
  })
}

/** It is async so that a listener that rejects is caught, too. */
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
