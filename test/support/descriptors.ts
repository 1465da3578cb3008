// A test file that imports this fails if it leaves descriptors open.
import assert from 'node:assert/strict'
import { AsyncResource } from 'node:async_hooks'
import { readdirSync, readlinkSync } from 'node:fs'
import { after, before } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'

/** All open descriptors of this process, each with its target, except the one used to list them. */
export function openDescriptors(): string[] {
  return readdirSync('/proc/self/fd').flatMap(fd => {
    try {
      return [`${fd} ${readlinkSync(`/proc/self/fd/${fd}`)}`]
    } catch {
      return []
    }
  })
}

const file = new AsyncResource('file')
let first: string[] = []

before(async () => {
  // Node keeps some descriptors open after their first use: the standard streams, and /dev/null once there was a
  // worker.
  process.stdout.isTTY
  process.stderr.isTTY
  await new Promise(resolve => new Worker('', { eval: true }).once('exit', resolve))
  first = openDescriptors()
  // An after() hook that is added here runs after those of the file. The async scope makes it a hook of the file, not
  // of this hook.
  file.runInAsyncScope(() => after(compare))
})

async function compare(): Promise<void> {
  await setImmediate()
  const kept = new Set(first.map(line => line.split(' ')[0]))
  const left = openDescriptors().filter(line => !kept.has(line.split(' ')[0]))
  assert.deepEqual(left, [], 'descriptors that this file has left open')
}
