// The port of `epollet serve`, its signals and its end.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { after, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { Client, client } from '../http/client.ts'
import { bodyOf, Raw } from '../support/raw-client.ts'
import { bigBytes, get, page, siteOfPages } from '../support/stand.ts'
import { eventually, run, start, textOf } from './program.ts'

const site = siteOfPages()
after(() => site[Symbol.dispose]())
const root = site.path('')

/** Drops CAP_NET_BIND_SERVICE, in case the tests run as root. */
const withoutBindService = `
import ctypes, os, sys
ctypes.CDLL(None).prctl(24, 10, 0, 0, 0)
os.execvp(sys.argv[1], sys.argv[1:])
`

test('a privileged port is reported on stderr in one line, with status 1', async t => {
  const first = Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'latin1'))
  if (first <= 1) return t.skip('this kernel lets every user listen on any port')
  const under = ['python3', '-c', withoutBindService]
  const { status, stdout, stderr } = await run(['serve', '1', '--root', root], { under })
  assert.deepEqual([status, stdout], [1, ''])
  assert.match(stderr, /^epollet: port 1 is for root only: [^\n]+\n$/)
})

test('port 0 picks a free port, which is printed', async () => {
  await using program = start(['serve', '0', '--root', root])
  await using peer = await client(await program.port())
  assert.equal((await peer.get('/')).body.toString(), page)
})

for (const [host, shown] of [
  ['127.0.0.1', '127.0.0.1'],
  ['::1', '[::1]'],
  ['0.0.0.0', '0.0.0.0'],
  ['::', '[::]'],
] as const) {
  test(`--host ${host} listens on that address`, async t => {
    const isV6 = host.includes(':')
    if (isV6 && textOf('/proc/net/if_inet6') === '') return t.skip('this machine has no IPv6')
    await using program = start(['serve', '0', '--root', root, '--host', host])
    const [, name, port] = /^listening on http:\/\/(.*):(\d+)\/$/.exec(await program.line()) ?? []
    assert.equal(name, shown)
    const to = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
    const socket = connect({ host: to, port: Number(port), allowHalfOpen: true })
    await once(socket, 'connect')
    await using peer = new Client(socket)
    assert.equal((await peer.get('/')).body.toString(), page)
  })
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} closes idle connections, stops accepting, finishes and logs answers in progress, and exits with 0`, async () => {
    await using program = start(['serve', '0', '--root', root])
    const port = await program.port()
    await using idle = await client(port)
    await idle.get('/')
    const running = Array.from({ length: 10 }, () => new Raw(port, 65536))
    for (const peer of running) {
      await peer.send(get('/big') + get('/'))
      await peer.readTo(1000)
    }
    program.kill(signal)
    assert.equal((await idle.rest()).length, 0)
    await assert.rejects(client(port), { code: 'ECONNREFUSED' })
    assert.equal(program.child.exitCode, null)
    for (const peer of running) {
      assert.equal(await peer.readToEnd(), 'end')
      assert.ok(bodyOf(peer.received).length >= bigBytes)
      peer.socket.close()
    }
    const { status, stdout, stderr } = await program.ended
    assert.deepEqual([status, stderr], [0, ''])
    const complete = new RegExp(`"GET /big HTTP/1\\.1" 200 ${bigBytes} `, 'g')
    assert.equal(stdout.match(complete)?.length, 10)
  })

  test(`a second ${signal} ends the program immediately`, async () => {
    await using program = start(['serve', '0', '--root', root])
    const port = await program.port()
    await using idle = await client(port)
    await idle.get('/')
    using running = new Raw(port, 65536)
    await running.send(get('/big'))
    await running.readTo(1000)
    program.kill(signal)
    assert.equal((await idle.rest()).length, 0)
    program.kill(signal)
    assert.equal((await program.ended).status, 1)
  })
}

/** Runs a program as npm does: npm forwards SIGINT, although the terminal has already sent it to the whole group. */
const npm = `
process.title = 'npm start'
const [file, ...args] = process.argv.slice(1)
const child = require('node:child_process').spawn(file, args, { stdio: 'inherit' })
process.on('SIGINT', () => {
  child.kill('SIGINT')
  setTimeout(() => child.kill('SIGINT'), 100)
})
child.on('close', status => process.exit(status))`

for (const [waitMs, status] of [
  [300, 0],
  [1500, 1],
] as const) {
  test(
    waitMs < 1000
      ? 'under npm, the SIGINT that npm forwards does not count as a second Ctrl-C'
      : 'under npm, a second Ctrl-C after 1.5 s ends the program with status 1',
    async () => {
      await using program = start(['serve', '0', '--root', root], {
        under: [process.execPath, '-e', npm, '--'],
      })
      using running = new Raw(await program.port(), 65536)
      await running.send(get('/big'))
      await running.readTo(1000)
      program.kill('SIGINT')
      // npm forwards the signal 100 ms after the terminal sent it.
      await delay(waitMs)
      if (waitMs >= 1000) program.kill('SIGINT')
      else assert.equal(await running.readToEnd(), 'end')
      assert.equal((await program.ended).status, status)
    },
  )
}

test('requests sent before SIGTERM are answered, on idle and on new connections', async () => {
  await using program = start(['serve', '0', '--root', root, '--quiet'])
  const port = await program.port()
  const peers = Array.from({ length: 100 }, () => new Raw(port))
  for (const peer of peers) {
    await peer.send(get('/'))
    await peer.readTo(1)
    while (!peer.received.toString('latin1').endsWith(page)) await peer.readTo(peer.count + 1)
  }
  const before = peers[0]!.count
  // The server is stopped while they are sent, so it sees the requests and the signal at the same time.
  program.kill('SIGSTOP')
  peers.push(...Array.from({ length: 100 }, () => new Raw(port)))
  for (const peer of peers) await peer.send(get('/'))
  program.kill('SIGTERM')
  program.kill('SIGCONT')
  for (const [i, peer] of peers.entries()) {
    await peer.readToEnd()
    const answer = peer.received.toString('latin1', i < 100 ? before : 0)
    assert.match(answer, /^HTTP\/1\.1 200 /, `connection ${i}`)
    peer.socket.close()
  }
  assert.equal((await program.ended).status, 0)
})

test('SIGTERM under load does not abort any answer', async () => {
  await using program = start(['serve', '0', '--root', root, '--quiet'])
  const port = await program.port()
  let answered = 0
  /** Sends requests until the server closes; returns the incomplete answer, if any. */
  const load = async (i: number): Promise<string> => {
    using peer = new Raw(port)
    const expected = i % 2 === 0 ? page.length : 100_000
    const request = get(i % 2 === 0 ? '/' : '/big', 'Range: bytes=0-99999')
    for (let end = 0; ; ) {
      try {
        await peer.send(request)
      } catch {
        return peer.received.subarray(end).toString('latin1')
      }
      await peer.readTo(end + 1)
      const headEnd = () => peer.received.indexOf('\r\n\r\n', end)
      while (headEnd() < 0 && peer.ending === '') await peer.readTo(peer.count + 1)
      if (headEnd() < 0) return peer.received.subarray(end).toString('latin1')
      const bodyAt = headEnd() + 4
      const head = peer.received.toString('latin1', end, bodyAt)
      await peer.readTo(bodyAt + expected)
      if (peer.count < bodyAt + expected) return head
      end = bodyAt + expected
      answered++
      if (/^connection: close/im.test(head)) return ''
    }
  }
  const loads = Array.from({ length: 16 }, (_, i) => load(i))
  await eventually(() => answered > 100)
  program.kill('SIGTERM')
  assert.deepEqual(await Promise.all(loads), Array(16).fill(''))
  assert.equal((await program.ended).status, 0)
})
