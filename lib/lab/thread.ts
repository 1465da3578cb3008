// A thread of the lab: makes the calls that it finds in its slot, one after the other, until the process ends.
import { readlinkSync } from 'node:fs'
import { workerData } from 'node:worker_threads'
import { ASKED, BACK, CALLING, type Call, CallSlot, IDLE } from './call-slot.ts'
import { perform, type Raw } from './system.ts'

const slot = new CallSlot(workerData as SharedArrayBuffer)
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
  const raw = perform(action, name =>
    Object.hasOwn(targets, name) ? targets[name]! : { fd: -1, kind: 'file' },
  )
  return raw ?? { result: 0, says: 'no operation of a thread' }
}
