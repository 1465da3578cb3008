import type { TestContext } from 'node:test'
import { native } from '../../lib/sys/index.ts'

/** Makes the loop use another watcher object, for example one that fails. */
export function replaceWatcher(
  t: TestContext,
  watcher: object,
  options?: { times: number },
  name: 'Watcher' | 'ThreadWatcher' = 'Watcher',
): void {
  // Not an arrow function, because it is called with `new`.
  function construct(): object {
    return watcher
  }
  t.mock.method(native, name, construct, options)
}
