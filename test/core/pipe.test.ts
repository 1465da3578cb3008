import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EPOLLERR, EPOLLHUP, EPOLLIN, EPOLLOUT, Epoll, Pipe } from '../../lib/index.ts'
import { EINTR, native } from '../../lib/sys/index.ts'

test('read() returns the written data in order, in pieces', () => {
  using pipe = new Pipe()
  assert.equal(pipe.reader.read(10), null)
  assert.equal(pipe.writer.write('héllo'), 6)
  assert.equal(pipe.writer.write(new Uint8Array([33, 34]).subarray(0, 1)), 1)
  assert.equal(pipe.reader.read(3)?.toString(), 'hé')
  assert.equal(pipe.reader.read(100)?.toString(), 'llo!')
  assert.equal(pipe.reader.read(10), null)
})

test('read() returns an empty buffer after all writers were closed', () => {
  using pipe = new Pipe()
  pipe.writer.write('x')
  pipe.writer.close()
  assert.equal(pipe.reader.read(10)?.length, 1)
  assert.equal(pipe.reader.read(10)?.length, 0)
  assert.equal(pipe.reader.read(10)?.length, 0)
})

test('write() writes part of the data when the pipe fills up, and then returns null', () => {
  using pipe = new Pipe()
  const much = new Uint8Array(1_000_000)
  const taken = pipe.writer.write(much) ?? 0
  assert.ok(taken > 0 && taken < much.length)
  assert.equal(pipe.writer.write(much), null)
  let read = 0
  for (let part = pipe.reader.read(4096); part !== null; part = pipe.reader.read(4096))
    read += part.length
  assert.equal(read, taken)
})

test('write() without a reader throws EPIPE, and SIGPIPE does not end the process', () => {
  using pipe = new Pipe()
  pipe.reader.close()
  assert.throws(() => pipe.writer.write('x'), { code: 'EPIPE', errno: -32, syscall: 'write' })
})

test('epoll reports each end of a pipe whose other end was closed', () => {
  using epoll = new Epoll()
  using left = new Pipe()
  using right = new Pipe()
  epoll.register(left.reader, EPOLLIN)
  epoll.register(right.writer, EPOLLOUT)
  left.writer.close()
  right.reader.close()
  const told = new Map(epoll.poll(0)) // the order is not specified
  assert.equal(told.get(left.reader.fileno()), EPOLLHUP)
  assert.equal(told.get(right.writer.fileno()), EPOLLOUT | EPOLLERR)
})

test('read() and write() continue after a signal', t => {
  using pipe = new Pipe()
  const { read, write } = native
  let signals = 2
  t.mock.method(native, 'write', (...args: Parameters<typeof write>) =>
    signals-- > 0 ? EINTR : write(...args),
  )
  assert.equal(pipe.writer.write('x'), 1)
  signals = 2
  t.mock.method(native, 'read', (...args: Parameters<typeof read>) =>
    signals-- > 0 ? EINTR : read(...args),
  )
  assert.equal(pipe.reader.read(1)?.toString(), 'x')
})
