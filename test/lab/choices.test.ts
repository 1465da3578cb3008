// The choices of the questions: each is a result that the asked call could have.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scriptOf } from '../../lib/lab/index.ts'
import { scenarios } from '../../lib/lab/scenarios/index.ts'

const eventList = /^(?:nothing|\S+(?: \*)?:[A-Z|]+(?:, \S+:[A-Z|]+)*)$/
const received = /^(?:>?\d+|EAGAIN|ECONNRESET|EBADF|EINTR)$/
const sent = /^(?:\d+|EAGAIN|EPIPE|EBADF)$/
const count = /^>?\d+$/
const duration = /^\d+\.\* ms$/

/** The results that each operation can have. A wait of an open epoll never fails with EEXIST or EAGAIN, for example. */
const possible: Readonly<Record<string, RegExp>> = {
  accept: /^(?:ok|EAGAIN|ECONNABORTED|EMFILE)$/,
  add: /^(?:ok|EINVAL|EEXIST|EPERM|ELOOP|EBADF)$/,
  mod: /^(?:ok|EINVAL|ENOENT|EBADF)$/,
  del: /^(?:ok|ENOENT|EBADF)$/,
  done: /^\d+$/,
  epoll_once: /^(?:epoll|poll) costs more$/,
  epoll_wait: /^(?:nothing|EINTR)$/,
  error: /^(?:0|EPIPE|ECONNRESET|ETIMEDOUT)$/,
  fd_set: /^(?:nothing|RangeError|n:IN)$/,
  fill: /^\d+, then EAGAIN$/,
  maps: count,
  mmap: /^(?:ok|ENODEV|EACCES)$/,
  poll: eventList,
  poll_epoll: /^(?:1 or 2|>?\d+)$/,
  queued: count,
  read: received,
  recv: received,
  send: sent,
  sendfile: sent,
  serve: count,
  spin: count,
  thread: /^(?:back|blocked)$/,
  time_pwait2: /^(?:\d+\.\* ms|ENOSYS)$/,
  time_wait: duration,
  wait: eventList,
  write: sent,
}

/** Its belief is that one wait returns several events for one descriptor. */
const beliefIsImpossible = new Set(['three-writes'])

function patternOf(op: string): RegExp | undefined {
  const [verb = '', ...rest] = op.replace(/^in \S+ /, '').split(' ')
  if (verb === 'join') return /^(?:blocked|nothing|\S+:[A-Z|]+)$/
  assert.ok(rest.length > 0 || verb === 'epoll_once', op)
  return possible[verb]
}

/** The masks with which names are registered in the epoll of this wait, when it is asked. */
function masksBefore(ops: readonly string[], epoll: string): Map<string, string[]> {
  const masks = new Map<string, string[]>()
  for (const op of ops) {
    const [verb, ep, name = '', mask = ''] = op.split(' ')
    if (ep !== epoll || (verb !== 'add' && verb !== 'mod')) continue
    masks.set(name, mask.split('|'))
  }
  return masks
}

function eventsOf(choice: string): (readonly [name: string, flags: string[]])[] {
  if (choice === 'nothing') return []
  return choice.split(', ').map(event => {
    const at = event.lastIndexOf(':')
    return [event.slice(0, at).replace('(closed)', ''), event.slice(at + 1).split('|')]
  })
}

for (const { number, id, transcript, questions } of scenarios) {
  test(`experiment ${number}, ${id}, offers only results that the asked call can have`, () => {
    const lines = scriptOf(transcript)
    const asked = lines.flatMap(({ asks, op }, index) => (asks ? [{ op, index }] : []))
    for (const [i, { choices }] of questions.entries()) {
      const { op, index } = asked[i]!
      const pattern = patternOf(op)
      assert.ok(pattern, `no results are known for ${op}`)
      for (const choice of choices) assert.match(choice, pattern, op)
      const [, epoll] = /^wait (\S+)/.exec(op) ?? []
      if (epoll === undefined) continue
      const before = lines.slice(0, index).map(({ op }) => op)
      const masks = masksBefore(before, epoll)
      for (const choice of choices) {
        const events = eventsOf(choice)
        for (const [name, flags] of events) {
          const requested = masks.get(name)
          if (requested === undefined) continue
          const unasked = flags.filter(
            flag => !requested.includes(flag) && flag !== 'ERR' && flag !== 'HUP',
          )
          assert.deepEqual(unasked, [], `${op} -> ${choice}`)
        }
        if (beliefIsImpossible.has(id)) continue
        const names = events.map(([name]) => name)
        assert.equal(new Set(names).size, names.length, `${op} -> ${choice}`)
      }
    }
  })
}
