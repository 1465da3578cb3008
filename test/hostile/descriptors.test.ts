// The program runs out of descriptors.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { start } from '../cli/program.ts'
import { client } from '../http/client.ts'
import { Raw } from '../support/raw-client.ts'
import { get, page, siteOfPages, write } from '../support/stand.ts'

const limit = 64
const clients = 100
const ticksPerSecond = 100
const site = siteOfPages()
after(() => site[Symbol.dispose]())
write(site, 'other.html', 'another page')

/** The CPU time that a process has used, in milliseconds. */
function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond
}

const under = ['sh', '-c', `ulimit -n ${limit} && exec "$@"`, 'sh']
const args = ['serve', '0', '--root', site.path(''), '--quiet']

/** Waits until each client has received its page. */
async function allAnswered(peers: readonly Raw[]): Promise<void> {
  let waiting = [...peers]
  for (let waitedMs = 0; waiting.length > 0; waitedMs += 10) {
    assert.ok(waitedMs < 10_000, `${waiting.length} are still waiting after 10 s`)
    for (const peer of waiting) while (peer.read());
    waiting = waiting.filter(({ received }) => !received.toString('latin1').endsWith(page))
    await setTimeout(10)
  }
}

test('with 64 descriptors and 100 incomplete requests, the server waits without spinning and answers each request once it is complete', async () => {
  const all = ['--max-connections', '65536']
  await using program = start([...args, ...all], { under })
  const port = await program.port()
  {
    await using peer = await client(port)
    assert.equal((await peer.get('/')).status, 200)
  }
  const [first, ...peers] = Array.from({ length: clients }, () => new Raw(port))
  try {
    await first!.send('GET /other.html HTTP/1.1\r\nHost: a\r\n')
    for (const peer of peers) await peer.send('GET / HTTP/1.1\r\nHost: a\r\n')
    // The program runs out of descriptors, and retries at intervals.
    while (!/EMFILE/.test(program.stderr)) await setTimeout(10)
    await setTimeout(100)
    const before = cpuMs(program.pid)
    const startMs = performance.now()
    await setTimeout(300)
    const usedMs = cpuMs(program.pid) - before
    const passedMs = performance.now() - startMs
    assert.ok(usedMs < passedMs / 2, `${usedMs} ms of CPU in ${passedMs} ms`)
    // There is no descriptor for opening a file either.
    await first!.send('\r\n')
    while (first!.received.indexOf('\r\n\r\n') < 0) await first!.readTo(first!.count + 1)
    assert.match(first!.received.toString('latin1'), /^HTTP\/1\.1 503 /)
    for (const peer of peers) await peer.send('\r\n')
    await allAnswered(peers)
  } finally {
    for (const peer of [first!, ...peers]) peer.socket.close()
  }
  await using peer = await client(port)
  assert.equal((await peer.get('/other.html')).body.toString(), 'another page')
  program.kill('SIGTERM')
  const { status, stderr } = await program.ended
  assert.equal(status, 0)
  assert.ok(stderr.split('EMFILE').length - 1 < 20, stderr)
})

test('with 64 descriptors, all of 100 persistent clients are answered, because idle connections are closed to make room', async () => {
  await using program = start(args, { under })
  const port = await program.port()
  const peers: Raw[] = []
  try {
    while (peers.length < clients) {
      const peer = new Raw(port)
      peers.push(peer)
      await peer.send(get('/'))
      await allAnswered([peer])
    }
  } finally {
    for (const peer of peers) peer.socket.close()
  }
  assert.equal(program.stderr, '')
})
