import { native } from './native.ts'

/**
 * Ends the process like process.exit(), but does not wait for the threads of Node's pool. A thread that is blocked on a
 * file system, or on a pipe without a reader, would prevent the exit.
 *
 * @internal
 */
export function exitAtOnce(status: number): never {
  // Added last, so that the other listeners have run.
  process.once('exit', code => native.exitNow(code))
  process.exit(status)
}
