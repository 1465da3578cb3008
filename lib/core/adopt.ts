// Takes over descriptors that other code has opened.
import {
  bool,
  EBADF,
  integer,
  native,
  optionsOf,
  SystemError,
  targetOf,
  typeError,
} from '../sys/index.ts'

/** Options of each `fromfd()`. */
export interface AdoptOptions {
  /** Whether the object closes the descriptor (the default), or only borrows it. */
  owns?: boolean
}

/** @internal */
export interface Adopted {
  readonly fd: number
  readonly owns: boolean
}

/**
 * Checks an open descriptor of the named kind and takes it over. Throws TypeError for another kind, SystemError (EBADF)
 * if it is not open.
 *
 * @internal
 */
export function adopt(
  fd: number,
  options: AdoptOptions | undefined,
  kind?: { readonly name: string; readonly target: string },
): Adopted {
  const { owns = true } = optionsOf(options, ['owns'])
  bool('options.owns', owns)
  integer('fd', fd, 0, 2 ** 31 - 1)
  const target = targetOf(fd)
  if (target === null) throw new SystemError(-EBADF, 'readlink', `fd ${fd}`)
  if (kind !== undefined && target !== kind.target)
    throw typeError('fd', `a descriptor of ${kind.name}`, target)
  if (owns) native.own(fd)
  return { fd, owns }
}
