// Lets Node's loop run until something has happened.
import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { EPOLLIN, EventFd } from '../../lib/index.ts'
import type { EventLoop } from '../../lib/loop/index.ts'

/** Runs Node's loop until the condition holds; fails at the deadline. */
export async function until(condition: () => boolean, deadlineMs = 5000): Promise<void> {
  const end = Date.now() + deadlineMs
  while (!condition()) {
    assert.ok(Date.now() < end, `after ${deadlineMs} ms still not: ${condition}`)
    await setImmediate()
  }
}

/**
 * Waits until all earlier events have been delivered: the kernel's ready list is a queue, so a new event is the last
 * one.
 */
export function delivered(loop: EventLoop): Promise<void> {
  const event = new EventFd(1)
  return new Promise(resolve => {
    const registration = loop.add(event, EPOLLIN, () => {
      registration.remove()
      event.close()
      resolve()
    })
  })
}

/** A handler that must not be called. */
export function unexpected(): never {
  throw new Error('called for an event of another registration')
}
