import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { mkdtempSync, openSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { EPOLLIN, EventFd, SHUT_WR } from '../../lib/index.ts'
import { EAGAIN, EINTR, native } from '../../lib/sys/index.ts'
import { delivered, until } from '../loop/turns.ts'
import {
  CountedFile,
  closeWithReset,
  ending,
  inject,
  pattern,
  receive,
  Stage,
  tcpPair,
} from './stage.ts'

const megabyte = 1048576
const folder = mkdtempSync(join(tmpdir(), 'epollet-'))
const content = pattern(3 * megabyte)
const path = join(folder, 'large')
writeFileSync(path, content)
const large = openSync(path, 'r')

after(() => {
  native.close(large)
  rmSync(folder, { recursive: true })
})

test('sendfile() sends its part of the file between earlier and later writes', async () => {
  using stage = new Stage({}, { pair: tcpPair() })
  stage.connection.start()
  const file = new CountedFile(large)
  stage.connection.cork()
  stage.connection.write(Buffer.from('head '))
  stage.connection.write(Buffer.from('of it '))
  stage.connection.sendfile(file, 1000, 2000)
  stage.connection.write(Buffer.from(' tail'))
  stage.connection.uncork()
  const bytes = await receive(stage.peer, 1016)
  assert.equal(bytes.subarray(0, 11).toString(), 'head of it ')
  assert.ok(bytes.subarray(11, 1011).equals(content.subarray(1000, 2000)))
  assert.equal(bytes.subarray(1011).toString(), ' tail')
  assert.equal(file.releases, 1)
})

test('a large sendfile() takes several turns, and later output follows in order', async () => {
  using stage = new Stage({}, { pair: tcpPair() })
  stage.connection.start()
  const files = [new CountedFile(large), new CountedFile(large)]
  stage.connection.write(content, 0, megabyte)
  stage.connection.sendfile(files[0]!, 0, content.length)
  stage.connection.write(Buffer.from('between'))
  stage.connection.sendfile(files[1]!, megabyte, 2 * megabyte)
  assert.equal(stage.connection.full, true)
  const bytes = await receive(stage.peer, 5 * megabyte + 7, 100_000)
  const middle = Buffer.from('between')
  const whole = [
    content.subarray(0, megabyte),
    content,
    middle,
    content.subarray(megabyte, 2 * megabyte),
  ]
  assert.ok(bytes.equals(Buffer.concat(whole)))
  await until(() => !stage.connection.draining)
  assert.deepEqual(
    files.map(file => file.releases),
    [1, 1],
  )
  assert.deepEqual(stage.told, ['drain'])
})

test('end() after sendfile() sends the whole file before it ends the stream', async () => {
  using stage = new Stage({}, { pair: tcpPair() })
  stage.connection.start()
  const file = new CountedFile(large)
  stage.connection.sendfile(file, 0, content.length)
  stage.connection.end()
  const [how, bytes] = await ending(stage.peer)
  assert.deepEqual([how, bytes.equals(content)], ['end', true])
  assert.deepEqual([stage.told, stage.errors, file.releases], [['close'], [null], 1])
})

test('onDrain is not called if the kernel accepts the whole file immediately', async () => {
  using stage = new Stage({}, { pair: tcpPair() })
  stage.connection.expireAt(100)
  stage.connection.sendfile(new CountedFile(large), 0, 1000)
  stage.connection.sweep(100)
  assert.deepEqual(stage.told, ['expire'], 'a deadline that was set before still applies')
})

test('a head and a file are sent with one send(MSG_MORE) and one sendfile()', t => {
  using stage = new Stage({}, { pair: tcpPair() })
  const send = t.mock.method(native, 'send')
  const sendfile = t.mock.method(native, 'sendfile')
  stage.connection.cork()
  stage.connection.write(Buffer.from('head'))
  stage.connection.sendfile(new CountedFile(large), 0, 65536)
  stage.connection.uncork()
  assert.deepEqual(
    send.mock.calls.map(call => call.arguments[4]),
    [0x8000],
  )
  assert.equal(sendfile.mock.callCount(), 1)
})

test('if a file shrinks while it is sent, the connection is reset', async () => {
  using stage = new Stage({}, { pair: tcpPair() })
  stage.connection.start()
  const shrinking = join(folder, 'shrinking')
  writeFileSync(shrinking, pattern(16 * megabyte))
  const file = new CountedFile(openSync(shrinking, 'r'))
  stage.connection.sendfile(file, 0, 16 * megabyte)
  await until(() => stage.connection.draining)
  truncateSync(shrinking, 10)
  const [how, bytes] = await ending(stage.peer)
  assert.deepEqual([how, bytes.length < 16 * megabyte], ['ECONNRESET', true])
  assert.deepEqual([stage.told, stage.ending, file.releases], [['close'], 'ChangedError', 1])
  native.close(file.fd)
})

test('release() is called exactly once, however sending ends', async t => {
  const endings: [name: string, act: (stage: Stage) => void][] = [
    ['sent', () => {}],
    ['end()', stage => stage.connection.end()],
    ['close()', stage => stage.connection.close()],
    ['reset()', stage => stage.connection.reset()],
    ['write timeout', stage => stage.connection.sweep(Number.MAX_VALUE)],
    ['reset by the peer', stage => closeWithReset(stage.peer)],
    ['EIO', () => t.mock.method(native, 'sendfile', () => -5)],
  ]
  for (const [name, act] of endings) {
    using stage = new Stage({}, { pair: tcpPair() })
    stage.connection.start()
    const files = [new CountedFile(large), new CountedFile(large)]
    stage.connection.write(content)
    stage.connection.sendfile(files[0]!, 0, content.length)
    stage.connection.sendfile(files[1]!, 0, 10)
    act(stage)
    const reading = stage.peer.closed ? null : receive(stage.peer, 2 * content.length + 10)
    await reading?.catch(error => assert.equal(error.code, 'ECONNRESET'))
    await until(() => files.every(({ releases }) => releases > 0))
    await delivered(stage.loop)
    stage.connection.close()
    assert.deepEqual(
      files.map(({ releases }) => releases),
      [1, 1],
      name,
    )
    t.mock.restoreAll()
  }
})

test('release() is called for a file that is never sent', () => {
  const cases: [name: string, prepare: (stage: Stage) => void, end: number][] = [
    ['an empty part', () => {}, 0],
    ['after close()', stage => stage.connection.close(), 10],
    ['after end()', endWhileWaiting, 10],
    ['after a failed cork', corkForNobody, 10],
  ]
  for (const [name, prepare, end] of cases) {
    using stage = new Stage()
    const file = new CountedFile(large)
    prepare(stage)
    stage.connection.sendfile(file, 0, end)
    assert.equal(file.releases, 1, name)
  }
})

function endWhileWaiting({ connection }: Stage): void {
  connection.write(content)
  connection.end()
}

function corkForNobody({ connection, peer }: Stage): void {
  peer.close()
  connection.cork()
  connection.write(Buffer.from('x'))
}

test('interrupted, refused and short sendfile calls lose no data', async t => {
  for (const plan of [
    [EINTR, EINTR, EINTR],
    [EAGAIN],
    [1, EINTR, 2, EAGAIN, EINTR, 3],
    [7, 7, 7],
  ]) {
    using stage = new Stage()
    inject(t, 'sendfile', stage.connection.fd, [...plan])
    const file = new CountedFile(large)
    stage.connection.sendfile(file, 0, content.length)
    stage.connection.end()
    const [how, bytes] = await ending(stage.peer)
    assert.deepEqual([how, bytes.equals(content), file.releases], ['end', true, 1], `${plan}`)
    t.mock.restoreAll()
  }
})

test('any other error of sendfile closes the connection, and onClose gets the error code', t => {
  for (const [errno, code] of [
    [-5, 'EIO sendfile'],
    [-32, 'EPIPE sendfile'],
    [-104, 'ECONNRESET sendfile'],
  ] as const) {
    using stage = new Stage()
    inject(t, 'sendfile', stage.connection.fd, [errno])
    const file = new CountedFile(large)
    stage.connection.sendfile(file, 0, 1000)
    assert.deepEqual([stage.told, stage.ending, file.releases], [['close'], code, 1])
    t.mock.restoreAll()
  }
})

test('other handlers run while a large file is sent, even if its reader keeps sending', async t => {
  using stage = new Stage()
  stage.connection.start()
  const plan = [EAGAIN]
  let calls = 0
  t.mock.method(native, 'sendfile', (_to: number, _from: number, _at: number, count: number) => {
    calls++
    return plan.shift() ?? count
  })
  stage.connection.sendfile(new CountedFile(large), 0, 2 ** 40)
  await until(() => calls > 1)
  using ready = new EventFd(1)
  const perTurn: number[] = []
  const registration = stage.loop.add(ready, EPOLLIN, () => {
    perTurn.push(calls)
    calls = 0
    stage.peer.send('x')
  })
  await until(() => perTurn.length > 50)
  registration.remove()
  assert.equal(stage.connection.draining, true)
  stage.connection.close()
  assert.ok(Math.max(...perTurn.slice(1)) <= 4, `calls for each turn: ${perTurn}`)
})

test('data that arrives while a file is sent is read afterwards without another edge', async t => {
  using stage = new Stage()
  stage.connection.start()
  const { mock } = t.mock.method(native, 'sendfile', (...values: number[]) => values[3]!)
  stage.connection.sendfile(new CountedFile(large), 0, 100 * megabyte)
  stage.peer.send('meanwhile')
  await until(() => stage.told.length > 1)
  assert.deepEqual([stage.told, stage.received.toString()], [['drain', 'data'], 'meanwhile'])
  assert.equal(mock.callCount(), 200)
})

test('a peer that has shut down writing still gets the whole file', async () => {
  using stage = new Stage(
    {
      onEnd(connection) {
        connection.sendfile(new CountedFile(large), 0, content.length)
        connection.end()
      },
    },
    { pair: tcpPair() },
  )
  stage.connection.start()
  stage.peer.shutdown(SHUT_WR)
  const [how, bytes] = await ending(stage.peer)
  assert.deepEqual([how, bytes.equals(content)], ['end', true])
})
