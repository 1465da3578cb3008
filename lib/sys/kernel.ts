import { constants } from 'node:fs'

// The kernel's numbers that this package does not export; constants.ts has the others. Numbers that differ between
// x86-64 and arm64, such as O_DIRECTORY, come from node:fs.

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
