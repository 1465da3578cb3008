import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EventFd, MSG_OOB, Pipe, Socket, select, TimerFd } from '../../lib/index.ts'
import { native } from '../../lib/sys/index.ts'

test('select() returns the ready objects in the given order', () => {
  using pipe = new Pipe()
  using event = new EventFd(1)
  const likes = [pipe.reader, event, event.fileno(), { fd: event.fileno() }]
  assert.deepEqual(select(likes, [pipe.writer], [event], 0), [likes.slice(1), [pipe.writer], []])
  pipe.writer.write('x')
  const [readable] = select(likes, [], [], 0)
  assert.equal(readable.length, 4)
  assert.equal(readable[3], likes[3])
})

test('select() of empty lists returns three empty lists after the timeout', () => {
  assert.deepEqual(select([], [], [], 0), [[], [], []])
  assert.deepEqual(select([], [], [], 1.5), [[], [], []])
})

test('select() does not change its lists', () => {
  using event = new EventFd()
  const list = [event]
  select(list, list, list, 0)
  assert.deepEqual(list, [event])
})

test('select() reports urgent data as exceptional', () => {
  using server = new Socket()
  server.bind({ host: '127.0.0.1', port: 0 })
  server.listen()
  using client = new Socket({ blocking: true })
  client.connect(server.getsockname())
  const [connection] = server.accept()!
  client.send('!', { flags: MSG_OOB })
  assert.deepEqual(select([], [], [connection], 60_000), [[], [], [connection]])
  connection.close()
})

test('select() waits until something is ready', () => {
  using timer = new TimerFd()
  timer.set({ initialMs: 2 })
  assert.deepEqual(select([timer], [], []), [[timer], [], []])
})

test('select() of a closed descriptor throws EBADF', () => {
  const event = new EventFd()
  const fd = event.fileno()
  event.close()
  assert.throws(() => select([fd], [], [], 0), { code: 'EBADF', syscall: 'select' })
})

test('select() refuses descriptors of 1,024 or above', () => {
  using event = new EventFd(1)
  native.dup3(event.fileno(), 1024, 0) // fails if the process may not open that many
  assert.throws(() => select([], [1024], [], 0), {
    name: 'RangeError',
    code: 'ERR_OUT_OF_RANGE',
    message: 'write[0]: expected a descriptor below 1024, got 1024',
  })
  native.close(1024)
  assert.equal(native.dup3(event.fileno(), 1023, 0), 1023)
  assert.deepEqual(select([1023], [], [], 0), [[1023], [], []])
  native.close(1023)
})

for (const fd of [0, 7, 8, 63, 64, 1000]) {
  test(`select() asks the kernel only about descriptor ${fd}`, t => {
    t.mock.method(native, 'select', (nfds: number, read: Uint8Array) => {
      assert.equal(nfds, fd + 1)
      const bits = [...read].flatMap((byte, at) =>
        [0, 1, 2, 3, 4, 5, 6, 7].filter(bit => byte & (1 << bit)).map(bit => 8 * at + bit),
      )
      assert.deepEqual(bits, [fd])
      return 1
    })
    assert.deepEqual(select([fd], [], [], 0), [[fd], [], []])
  })
}
