import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  EventFd,
  Pipe,
  POLLHUP,
  POLLIN,
  POLLNVAL,
  POLLOUT,
  POLLPRI,
  Poll,
  SystemError,
} from '../../lib/index.ts'
import { native } from '../../lib/sys/index.ts'

test('poll() reports ready descriptors in the order of registration', () => {
  using pipe = new Pipe()
  using event = new EventFd(1)
  const poll = new Poll()
  assert.deepEqual(poll.poll(0), [])
  poll.register(pipe.writer, POLLOUT)
  poll.register(pipe.reader, POLLIN)
  poll.register(event)
  const writer = [pipe.writer.fileno(), POLLOUT]
  assert.deepEqual(poll.poll(0), [writer, [event.fileno(), POLLIN | POLLOUT]])
  pipe.writer.write('x')
  assert.deepEqual(poll.poll(0)[1], [pipe.reader.fileno(), POLLIN])
  assert.deepEqual(poll.poll(0)[1], [pipe.reader.fileno(), POLLIN]) // level-triggered
})

test('register() of a registered descriptor changes the mask', () => {
  using event = new EventFd(1)
  const poll = new Poll()
  poll.register(event, POLLPRI)
  assert.deepEqual(poll.poll(0), [])
  poll.register(event, POLLIN)
  assert.deepEqual(poll.poll(0), [[event.fileno(), POLLIN]])
  poll.modify(event, POLLOUT)
  assert.deepEqual(poll.poll(0), [[event.fileno(), POLLOUT]])
  poll.unregister(event)
  assert.deepEqual(poll.poll(0), [])
})

test('modify() and unregister() of an unregistered descriptor throw ENOENT', () => {
  const poll = new Poll()
  for (const call of [() => poll.modify(5, POLLIN), () => poll.unregister(5)]) {
    assert.throws(call, (error: SystemError) => {
      assert(error instanceof SystemError)
      assert.deepEqual([error.code, error.syscall], ['ENOENT', 'poll'])
      assert.match(error.message, /fd 5 is not registered/)
      return true
    })
  }
})

test('a closed descriptor is reported as POLLNVAL', () => {
  const event = new EventFd(1)
  const fd = event.fileno()
  const poll = new Poll()
  poll.register(event, POLLIN)
  event.close()
  assert.deepEqual(poll.poll(0), [[fd, POLLNVAL]])
})

test('a hang-up is reported even if not requested', () => {
  using pipe = new Pipe()
  const poll = new Poll()
  poll.register(pipe.reader, 0)
  pipe.writer.close()
  assert.deepEqual(poll.poll(0), [[pipe.reader.fileno(), POLLHUP]])
})

test('masks have 16 bits, and poll() returns the highest one unsigned', t => {
  using event = new EventFd(1)
  const poll = new Poll()
  poll.register(event, 0xffff)
  assert.throws(() => poll.register(event, 0x10000), RangeError)
  t.mock.method(native, 'poll', (fds: Int32Array) => {
    assert.deepEqual([...new Uint16Array(fds.buffer)], [event.fileno(), 0, 0xffff, 0])
    new Uint16Array(fds.buffer)[3] = 0x8000
    return 1
  })
  assert.deepEqual(poll.poll(0), [[event.fileno(), 0x8000]])
})
