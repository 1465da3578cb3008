// A worker thread. In a loop, it waits for a call in its slot, makes the call and writes the result to the slot.
import { readlinkSync } from 'node:fs'
import { workerData } from 'node:worker_threads'
import { ASKED, BACK, CALLING, type Call, CallSlot, IDLE } from './call-slot.ts'
import { Owned } from './owned.ts'
import { noNumber, perform, type Raw, type Target } from './system.ts'

const buffers = workerData as { slot: SharedArrayBuffer; owned: SharedArrayBuffer }
const slot = new CallSlot(buffers.slot)
const owned = new Owned(buffers.owned)
const unknown: Target = { fd: -1, kind: 'file' }
slot.tid = Number(readlinkSync('/proc/thread-self').split('/').at(-1))
slot.state = IDLE
for (;;) {
  while (slot.state !== ASKED) slot.waitWhile(slot.state)
  const { action, targets } = slot.take<Call>()
  slot.state = CALLING
  slot.put(call(action, targets))
  slot.state = BACK
}

function call(action: Call['action'], targets: Call['targets']): Raw {
  const raw = perform(action, name => {
    const target = Object.hasOwn(targets, name) ? targets[name]! : unknown
    return owned.has(target.fd) ? target : { ...target, fd: noNumber }
  })
  return raw ?? { result: 0, says: 'not an operation for a thread' }
}
