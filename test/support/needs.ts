import { isThere } from '../../scripts/tools.js'

/** Why a test is skipped. With EPOLLET_TEST_ALL set, as in CI, nothing may be skipped for this reason. */
export function lacks(reason: string): string {
  if (process.env['EPOLLET_TEST_ALL'] !== undefined)
    throw new Error(`${reason}: install it, or unset EPOLLET_TEST_ALL`)
  return reason
}

/** Why a test that starts a program is skipped; false if the program is installed. */
export function needs(program: string): string | false {
  return isThere(program) ? false : lacks(`needs ${program}`)
}
