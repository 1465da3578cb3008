import { native } from './native.ts'

/**
 * Ends the process, as process.exit() does, but for what that waits for: a thread of Node's pool that hangs in a file
 * system, or in a pipe that nobody reads, would keep it for ever.
 *
 * @internal
 */
export function exitAtOnce(status: number): never {
  // Last of all listeners: the others have had their turn.
  process.once('exit', code => native.exitNow(code))
  process.exit(status)
}
