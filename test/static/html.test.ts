// The pages in html/, as a server sends them.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { EPOLLET, EPOLLIN, Epoll, MSG_PEEK, Socket } from '../../lib/index.ts'
import { client } from '../http/client.ts'
import { Serving } from './site.ts'

const root = fileURLToPath(new URL('../../html/', import.meta.url))
const pages = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(name =>
  name.endsWith('.html'),
)

/** The paths on the page's own server that it links to. */
function linksOf(page: string, text: string): string[] {
  const base = new URL(page, 'http://here/')
  return Array.from(
    text.matchAll(/\s(?:href|src)="([^"#]+)[^"]*"/g),
    ([, link]) => new URL(link!, base),
  )
    .filter(({ host }) => host === 'here')
    .map(({ pathname }) => pathname)
}

test('html/ has a start page in English and in Chinese', () => {
  assert.ok(pages.includes('index.html') && pages.includes('zh/index.html'))
})

for (const page of pages) {
  test(`html/${page} is served, and so is every file that it links to`, async () => {
    using serving = new Serving(root)
    await using peer = await client(serving.port)
    const answer = await peer.get(`/${page}`)
    assert.equal(answer.status, 200)
    assert.equal(answer.fields.get('content-type'), 'text/html; charset=utf-8')
    const links = linksOf(page, answer.body.toString())
    assert.ok(links.length > 0)
    for (const link of links) assert.equal((await peer.get(link)).status, 200, link)
  })
}

// The figure that compares level and edge triggering

type Pair = readonly [near: Socket, far: Socket]

function tcpPair(): Pair {
  using listener = new Socket()
  listener.bind({ host: '127.0.0.1', port: 0 })
  listener.listen(1)
  const near = new Socket({ blocking: true })
  near.connect(listener.getsockname())
  near.setblocking(false)
  for (;;) {
    const next = listener.accept()
    if (next !== null) return [near, next[0]]
  }
}

function arrive(pair: Pair, bytes: number, total: number): void {
  pair[1].send('x'.repeat(bytes))
  while ((pair[0].recv(total, MSG_PEEK)?.length ?? 0) < total);
}

/**
 * The results of the figure's five waits, first those of the level-triggered epoll, then those of the edge-triggered
 * one.
 */
function fiveWaits(pair: Pair): string[] {
  using level = new Epoll()
  using edge = new Epoll()
  const [near] = pair
  const steps = [
    () => {
      arrive(pair, 6, 6)
      level.register(near, EPOLLIN)
      edge.register(near, EPOLLIN | EPOLLET)
    },
    () => {},
    () => near.recv(2),
    () => arrive(pair, 4, 8),
    () => near.recv(8),
  ]
  const reports = steps.map(step => {
    step()
    return [level, edge].map(epoll => (epoll.poll(0).length > 0 ? 'IN' : 'nothing'))
  })
  return [0, 1].flatMap(i => reports.map(report => report[i]!))
}

for (const [kind, open] of [
  ['TCP', tcpPair],
  ['Unix stream', () => Socket.pair()],
] as const) {
  test(`the figure shows what the kernel reports for a ${kind} socket`, () => {
    const pair = open()
    const reports = fiveWaits(pair)
    for (const socket of pair) socket.close()
    for (const page of ['index.html', 'zh/index.html']) {
      const titles = readFileSync(`${root}${page}`, 'utf8').match(/<title id=.*?<\/title>/g) ?? []
      assert.equal(titles.length, 2)
      for (const title of titles) {
        const shown = title.replaceAll('空', 'nothing').match(/\b(IN|nothing)\b/g)
        assert.deepEqual(shown, reports, `${page}: ${title}`)
      }
    }
  })
}
