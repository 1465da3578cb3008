import { isThere } from '../../scripts/tools.js'

/** Returns the reason for skipping a test. If EPOLLET_TEST_ALL is set, as in CI, throws instead. */
export function lacks(reason: string): string {
  if (process.env['EPOLLET_TEST_ALL'] !== undefined)
    throw new Error(`${reason}: install it, or unset EPOLLET_TEST_ALL`)
  return reason
}

/** Returns the reason for skipping a test that needs a program; false if the program is installed. */
export function needs(program: string): string | false {
  return isThere(program) ? false : lacks(`needs ${program}`)
}
