// The program when it has no descriptor left.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { start } from '../cli/program.ts'
import { client } from '../http/client.ts'
import { Raw } from '../points/raw.ts'
import { get, page, siteOfPages, write } from '../points/stand.ts'

const limit = 64
const clients = 100
const ticksPerSecond = 100
const site = siteOfPages()
after(() => site[Symbol.dispose]())
write(site, 'other.html', 'another page')

/** What a process has used of the CPU. */
function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond
}

function answered(peers: readonly Raw[]): Raw[] {
  for (const peer of peers) while (peer.read());
  return peers.filter(({ count }) => count > 0)
}

test('with 64 descriptors and 100 clients it answers those it has room for, waits without spinning, and then the others', async () => {
  const under = ['sh', '-c', `ulimit -n ${limit} && exec "$@"`, 'sh']
  await using program = start(['serve', '0', '--root', site.path(''), '--quiet'], { under })
  const port = await program.port()
  {
    await using peer = await client(port)
    assert.equal((await peer.get('/')).status, 200)
  }
  const peers = Array.from({ length: clients }, () => new Raw(port))
  try {
    for (const peer of peers) await peer.send(get('/'))
    // Time is the subject: it runs out of descriptors, and tries again now and then.
    while (!/EMFILE/.test(program.stderr)) await setTimeout(10)
    await setTimeout(100)
    const before = cpuMs(program.pid)
    const startMs = performance.now()
    await setTimeout(300)
    const usedMs = cpuMs(program.pid) - before
    const passedMs = performance.now() - startMs
    assert.ok(usedMs < passedMs / 2, `${usedMs} ms of CPU in ${passedMs} ms`)

    const first = answered(peers)
    assert.ok(first.length > 0 && first.length < limit, `${first.length} were answered`)
    await refusesPolitely(first[0]!)
    await othersFollow(peers, first)
  } finally {
    for (const peer of peers) peer.socket.close()
  }
  await using peer = await client(port)
  assert.equal((await peer.get('/other.html')).body.toString(), 'another page')
  program.kill('SIGTERM')
  const { status, stderr } = await program.ended
  assert.equal(status, 0)
  assert.ok(stderr.split('EMFILE').length - 1 < 20, stderr)
})

/** There is no descriptor for a file either. */
async function refusesPolitely(peer: Raw): Promise<void> {
  const already = peer.count
  await peer.send(get('/other.html'))
  while (peer.received.indexOf('\r\n\r\n', already) < 0 && peer.ending === '') {
    await peer.readTo(peer.count + 1)
  }
  assert.match(peer.received.toString('latin1', already), /^HTTP\/1\.1 503 /)
}

/** As soon as the first ones go. */
async function othersFollow(peers: Raw[], first: readonly Raw[]): Promise<void> {
  for (const peer of first) peer.socket.close()
  let waiting = peers.filter(peer => !first.includes(peer))
  assert.ok(waiting.length > 0)
  for (let waitedMs = 0; waiting.length > 0; waitedMs += 10) {
    assert.ok(waitedMs < 10_000, `${waiting.length} are still waiting after 10 s`)
    for (const peer of answered(waiting)) {
      assert.ok(peer.received.toString('latin1').endsWith(page))
      peer.socket.close()
    }
    waiting = waiting.filter(({ socket }) => !socket.closed)
    await setTimeout(10)
  }
}
