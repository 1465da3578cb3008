// A process to inspect.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

const library = new URL('../../dist/index.js', import.meta.url).href

/** Starts a process that runs this code and waits; the code calls `print` to pass a value to the test. */
export async function processThat(
  code: string,
): Promise<{ pid: number; said: string } & AsyncDisposable> {
  const source = `import * as epollet from ${JSON.stringify(library)}
    const print = value => console.log(JSON.stringify(value))
    ${code}
    setInterval(() => globalThis.kept, 1e9)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const closed = once(child, 'close')
  const ended = closed.then(() => assert.fail('it ended, and printed nothing'))
  ended.catch(() => {})
  const [said] = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), ended])
  return {
    pid: child.pid!,
    said,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await closed
    },
  }
}
