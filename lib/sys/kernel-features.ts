import { constants } from 'node:fs'
import { RESOLVE_BENEATH } from './constants.ts'
import { EBADF } from './errno.ts'
import { AT_FDCWD } from './kernel.ts'
import { native } from './native.ts'

/**
 * Whether each system call exists and is allowed (EBADF for a bad descriptor proves it). Throws if no addon is loaded.
 *
 * @internal
 */
export function kernelFeatures(): Record<string, boolean> {
  const flags = constants.O_RDONLY | constants.O_DIRECTORY
  const opened = native.openat2(AT_FDCWD, '.', flags, 0, RESOLVE_BENEATH)
  if (opened >= 0) native.close(opened)
  return {
    epoll_pwait2: native.epollPwait2(-1, new Uint32Array(4), 1, 0) === EBADF,
    openat2: opened >= 0,
  }
}
