// The kernel's errnos, negative, as the native table returns them. EAGAIN (would block) and EINTR are not failures.
import { constants } from 'node:os'

const { errno } = constants

/** @internal */
export const EAGAIN = -errno.EAGAIN
/** @internal */
export const EBADF = -errno.EBADF
/** @internal */
export const ECONNABORTED = -errno.ECONNABORTED
/** @internal */
export const ECONNRESET = -errno.ECONNRESET
/** @internal */
export const EEXIST = -errno.EEXIST
/** @internal */
export const EINPROGRESS = -errno.EINPROGRESS
/** @internal */
export const EINTR = -errno.EINTR
/** @internal */
export const EINVAL = -errno.EINVAL
/** @internal */
export const EISDIR = -errno.EISDIR
/** @internal */
export const ELOOP = -errno.ELOOP
/** @internal */
export const EMFILE = -errno.EMFILE
/** @internal */
export const ENAMETOOLONG = -errno.ENAMETOOLONG
/** @internal */
export const ENFILE = -errno.ENFILE
/** @internal */
export const ENOENT = -errno.ENOENT
/** @internal */
export const ENOSYS = -errno.ENOSYS
/** @internal */
export const ENOTDIR = -errno.ENOTDIR
/** @internal */
export const ENXIO = -errno.ENXIO
/** @internal */
export const EOPNOTSUPP = -errno.EOPNOTSUPP
/** @internal */
export const EPERM = -errno.EPERM
/** @internal */
export const EPROTO = -errno.EPROTO
/** @internal */
export const ESRCH = -errno.ESRCH
/** @internal */
export const ETIMEDOUT = -errno.ETIMEDOUT
/** @internal */
export const EXDEV = -errno.EXDEV
