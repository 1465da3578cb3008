// A test file that imports this fails if it leaves descriptors open.
import assert from 'node:assert/strict'
import { AsyncResource } from 'node:async_hooks'
import { readdirSync, readlinkSync } from 'node:fs'
import { after, before } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'

/** Every open descriptor of this process with what it is, but for the one that lists them. */
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
  // What Node opens once and keeps: the standard streams, and /dev/null with the first worker.
  process.stdout.isTTY
  process.stderr.isTTY
  await new Promise(resolve => new Worker('', { eval: true }).once('exit', resolve))
  first = openDescriptors()
  // Said here, and yet of the file: it comes after all that the file itself does in the end.
  file.runInAsyncScope(() => after(compare))
})

async function compare(): Promise<void> {
  await setImmediate()
  const kept = new Set(first.map(line => line.split(' ')[0]))
  const left = openDescriptors().filter(line => !kept.has(line.split(' ')[0]))
  assert.deepEqual(left, [], 'descriptors that this file has left open')
}
