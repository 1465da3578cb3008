import { constants } from 'node:fs'

// Numbers of the kernel's that only the inside needs; constants.ts has those that users get. On x86-64 and on arm64
// O_DIRECTORY, and with it O_TMPFILE, is another number: what differs is node:fs's.

/** @internal */
export const O_CLOEXEC = 0x80000
/** @internal */
export const O_PATH = 0x200000
/** @internal */
export const O_TMPFILE = 0x400000 | constants.O_DIRECTORY

/** @internal */
export const AT_FDCWD = -100
/** @internal */
export const AT_EMPTY_PATH = 0x1000
/** @internal */
export const AT_STATX_DONT_SYNC = 0x4000

/** @internal */
export const F_GETFD = 1
/** @internal */
export const F_GETFL = 3
/** @internal */
export const F_SETFL = 4
/** @internal */
export const F_DUPFD_CLOEXEC = 1030

/** @internal */
export const RWF_NOWAIT = 8
/** @internal */
export const IN_CREATE = 0x100
