import { EMFILE, ENFILE } from './errno.ts'

const holders = new Set<() => boolean>()

/**
 * Registers cached descriptors that can be spared. If no descriptor is left, `closeThem` is called to close them; it
 * returns whether there were any. Returns a function that ends the registration.
 *
 * @internal
 */
export function addSpares(closeThem: () => boolean): () => void {
  holders.add(closeThem)
  return () => holders.delete(closeThem)
}

/** Whether a call failed because the process or the machine has no descriptor left. @internal */
export function isOutOfDescriptors(result: number): boolean {
  return result === EMFILE || result === ENFILE
}

/** Closes all spare descriptors of this thread; returns whether there were any. @internal */
export function closeSpares(): boolean {
  let closed = false
  for (const closeThem of holders) closed = closeThem() || closed
  return closed
}

/** Calls `open`; if no descriptor is left, closes the spare ones and calls it again. @internal */
export function openWithSpares(open: () => number): number {
  const result = open()
  return isOutOfDescriptors(result) && closeSpares() ? open() : result
}
