import { EMFILE, ENFILE } from './errno.ts'

const holders = new Set<() => boolean>()

/**
 * Names descriptors that are open only to save an opening: `closeThem` closes them where descriptors have run out, and
 * says whether there were any. What this returns takes the name back.
 *
 * @internal
 */
export function addSpares(closeThem: () => boolean): () => void {
  holders.add(closeThem)
  return () => holders.delete(closeThem)
}

/** Whether a call has failed because the process, or the machine, has no descriptor left. @internal */
export function isOutOfDescriptors(result: number): boolean {
  return result === EMFILE || result === ENFILE
}

/** Closes all spare descriptors of this thread: whether there were any. @internal */
export function closeSpares(): boolean {
  let closed = false
  for (const closeThem of holders) closed = closeThem() || closed
  return closed
}

/** Opens, and once more where descriptors have run out and spare ones could be closed. @internal */
export function openWithSpares(open: () => number): number {
  const result = open()
  return isOutOfDescriptors(result) && closeSpares() ? open() : result
}
