import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { HttpServer } from '../../lib/http/index.ts'
import { LabServer, requestBytesMax } from '../../lib/lab/index.ts'
import { xraysMax } from '../../lib/lab/limits.ts'
import { type Answer, type Client, client } from '../http/client.ts'
import { EventStream } from './event-stream.ts'

interface Stage extends AsyncDisposable {
  readonly server: HttpServer
  readonly lab: LabServer
  readonly port: number
}

function serving(hosts: string[] = []): Stage {
  const lab = new LabServer({ version: '1.2.3', hosts, onWarning: assert.fail })
  const handler = lab.beside((_request, responder) => responder.text(200, 'not the lab\n'))
  const { readsBodies } = lab
  const server = new HttpServer(handler, { readsBodies, bodyBytesMax: requestBytesMax })
  const address = server.listen({ port: 0 })
  lab.listening(server, address)
  return {
    server,
    lab,
    port: address.port,
    async [Symbol.asyncDispose]() {
      server.close()
      await lab.close()
    },
  }
}

async function ask(peer: Client, line: string, fields: string[], body = ''): Promise<Answer> {
  const length = body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]
  peer.send(`${[`${line} HTTP/1.1`, ...fields, ...length].join('\r\n')}\r\n\r\n${body}`)
  return await peer.answer()
}

const hostOf = ({ port }: Stage): string => `Host: 127.0.0.1:${port}`
const jsonOf = ({ body }: Answer) => JSON.parse(body.toString())

async function tokenOf(stage: Stage): Promise<string> {
  await using peer = await client(stage.port)
  return jsonOf(await ask(peer, 'GET /lab/api/session', [hostOf(stage)])).token
}

interface Posted {
  readonly status: number
  readonly type: string | null
  readonly text: string
}

async function posted(stage: Stage, token: string, body: string) {
  const headers = { 'X-Epollet-Token': token, connection: 'close' }
  const url = `http://127.0.0.1:${stage.port}/lab/api/run`
  return await fetch(url, { method: 'POST', headers, body })
}

async function post(stage: Stage, token: string, body: string): Promise<Posted> {
  const answer = await posted(stage, token, body)
  const type = answer.headers.get('content-type')
  return { status: answer.status, type, text: await answer.text() }
}

const linesOf = ({ text }: Posted) =>
  text
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))

test('a session describes the server, and its token differs after each start', async () => {
  await using one = serving()
  await using other = serving()
  await using peer = await client(one.port)
  const answer = await ask(peer, 'GET /lab/api/session', [hostOf(one)])
  assert.equal(answer.status, 200)
  assert.equal(answer.fields.get('cache-control'), 'no-store')
  assert.equal(answer.fields.get('cross-origin-resource-policy'), 'same-origin')
  const { token, kernel, ...rest } = jsonOf(answer)
  assert.match(token, /^[\w-]{43}$/)
  assert.match(kernel, /^\d+\.\d+/)
  assert.deepEqual(rest, {
    edition: 'live',
    node: process.version,
    pid: process.pid,
    version: '1.2.3',
    command: 'node dist/cli/main.js',
  })
  assert.notEqual(token, await tokenOf(other))
})

test('requests outside /lab go to the other handler, and their bodies are discarded', async () => {
  await using stage = serving()
  await using peer = await client(stage.port)
  for (const path of ['/', '/labs', '/la', '/lab.html']) {
    const answer = await ask(peer, `POST ${path}`, [hostOf(stage)], 'body')
    assert.equal(answer.body.toString(), 'not the lab\n', path)
  }
  const redirect = await ask(peer, 'GET /lab', [hostOf(stage)])
  assert.deepEqual([redirect.status, redirect.fields.get('location')], [301, './lab/'])
  const { status, body } = await ask(peer, 'GET /lab/', [hostOf(stage)])
  assert.deepEqual([status, /<title>/.test(body.toString())], [200, true])
})

test('other pages may not show the lab in a frame', async () => {
  await using stage = serving()
  await using peer = await client(stage.port)
  for (const path of ['/lab/', '/lab/index.html', '/lab/lab.js']) {
    const { status, fields } = await ask(peer, `GET ${path}`, [hostOf(stage)])
    assert.equal(status, 200)
    assert.equal(fields.get('content-security-policy'), "frame-ancestors 'none'")
  }
})

test('the response to a run has a line for each step and each state', async () => {
  await using stage = serving()
  const text = 'pipe r w; ep E; add E r IN|ET; write w 5; wait E; wait E'
  const answer = await post(stage, await tokenOf(stage), JSON.stringify({ text, states: true }))
  assert.equal(answer.status, 200)
  assert.equal(answer.type, 'application/x-ndjson')
  const lines = linesOf(answer)
  assert.deepEqual(
    lines.map(({ type }) => type),
    ['start', ...Array(6).fill('step'), ...Array(6).fill('state'), 'end'],
  )
  const steps = lines.filter(({ type }) => type === 'step')
  assert.deepEqual(steps.map(({ index, outcome }) => [index, outcome]).slice(-2), [
    [4, 'r:IN'],
    [5, 'nothing'],
  ])
  assert.notEqual(lines[0].pid, process.pid)
  const states = lines.filter(({ type }) => type === 'state')
  const r = states[3].state.descriptors.find(({ name }: { name: string }) => name === 'r')
  assert.deepEqual([r.level, r.edges, r.queuedBytes], [['IN'], ['IN'], 5])
})

test('an experiment and its fix can be run by id', async () => {
  await using stage = serving()
  const token = await tokenOf(stage)
  for (const part of ['transcript', 'fix']) {
    const lines = linesOf(await post(stage, token, JSON.stringify({ id: 'half-read', part })))
    assert.equal(lines[1].op, 'pipe r w')
    assert.equal(lines.at(-1).type, 'end')
    assert.ok(lines.every(({ type }) => type !== 'state'))
  }
})

for (const id of ['half-read', 'timeouts'])
  test(`a run with a count performs only that many operations of the experiment ${id}`, async () => {
    await using stage = serving()
    const body = JSON.stringify({ id, count: 2, states: true })
    const lines = linesOf(await post(stage, await tokenOf(stage), body))
    assert.deepEqual(
      lines.flatMap(({ type, index }) => (type === 'step' ? [index] : [])),
      [0, 1],
    )
    assert.equal(lines.at(-1).type, 'end')
  })

for (const [name, body, status, said] of [
  ['a body that is not JSON', 'text=1', 400, /the body must be JSON/],
  ['a body that is not an object', '[1]', 400, /the body must be JSON/],
  ['a body with neither text nor id', '{}', 400, /the body must be JSON/],
  [
    'a body with both text and id',
    '{"text":"ep E","id":"half-read"}',
    400,
    /the body must be JSON/,
  ],
  ['states that are not a boolean', '{"text":"ep E","states":1}', 400, /states must be true or/],
  ['a negative count', '{"id":"half-read","count":-1}', 400, /count must be a number/],
  ['an unknown experiment', '{"id":"nowhere"}', 400, /there is no experiment /],
  ['an unknown part', '{"id":"half-read","part":"rule"}', 400, /part must be 'transcript' or/],
  ['a mistake in the text', '{"text":"ep E\\nwiat E"}', 400, /"line":2,"column":1/],
  ['a body that is too long', `{"text":"${'#'.repeat(requestBytesMax)}"}`, 413, /413/],
  ['a text that is too long', `{"text":"${'#'.repeat(17_000)}"}`, 400, /"line":1/],
] as const) {
  test(`a run request with ${name} is refused with ${status}`, async () => {
    await using stage = serving()
    const answer = await post(stage, await tokenOf(stage), body)
    assert.equal(answer.status, status)
    assert.match(answer.text, said)
  })
}

for (const [name, line, status, allow] of [
  ['an unknown path', 'GET /lab/api/other', 404, undefined],
  ['the root of the API', 'GET /lab/api', 404, undefined],
  ['a run with the wrong method', 'GET /lab/api/run', 405, 'POST'],
  ['a session with the wrong method', 'POST /lab/api/session', 405, 'GET'],
  ['an X-ray with the wrong method', 'HEAD /lab/api/xray', 405, 'GET'],
] as const) {
  test(`the API answers a request for ${name} with ${status}`, async () => {
    await using stage = serving()
    await using peer = await client(stage.port)
    peer.send(`${line} HTTP/1.1\r\n${hostOf(stage)}\r\n\r\n`)
    const answer = await peer.answer({ toHead: line.startsWith('HEAD') })
    assert.equal(answer.status, status)
    assert.equal(answer.fields.get('allow'), allow)
  })
}

for (const [name, fields, answers] of [
  ['our own address', (port: number) => [`Host: 127.0.0.1:${port}`], true],
  ['localhost', (port: number) => [`Host: LocalHost:${port}`], true],
  ['another port', (port: number) => [`Host: 127.0.0.1:${port + 1}`], false],
  [
    'a foreign name that resolves to this host',
    (port: number) => [`Host: evil.example:${port}`],
    false,
  ],
  ['no port', () => ['Host: 127.0.0.1'], false],
  [
    'our own Origin',
    (port: number) => [`Host: 127.0.0.1:${port}`, `Origin: http://127.0.0.1:${port}`],
    true,
  ],
  [
    'a foreign Origin',
    (port: number) => [`Host: 127.0.0.1:${port}`, 'Origin: https://evil.example'],
    false,
  ],
  ['an Origin of null', (port: number) => [`Host: 127.0.0.1:${port}`, 'Origin: null'], false],
  [
    'a browser that says cross-site',
    (port: number) => [`Host: 127.0.0.1:${port}`, 'Sec-Fetch-Site: cross-site'],
    false,
  ],
  [
    'a browser that says same-site',
    (port: number) => [`Host: 127.0.0.1:${port}`, 'Sec-Fetch-Site: same-site'],
    false,
  ],
  [
    'a browser that says same-origin',
    (port: number) => [`Host: 127.0.0.1:${port}`, 'Sec-Fetch-Site: same-origin'],
    true,
  ],
] as const) {
  test(`a request with ${name} is ${answers ? 'answered' : 'refused'}`, async () => {
    await using stage = serving()
    await using peer = await client(stage.port)
    const answer = await ask(peer, 'GET /lab/api/session', [...fields(stage.port)])
    assert.equal(answer.status, answers ? 200 : 403)
    assert.equal(answers, 'token' in jsonOf(answer))
  })
}

test('additional hosts are accepted over http and https, on any port unless the host was given with one', async () => {
  await using stage = serving(['lab.example', 'other.example:8443'])
  await using peer = await client(stage.port)
  const statusOf = async (...fields: string[]): Promise<number> =>
    (await ask(peer, 'GET /lab/api/session', fields)).status
  assert.equal(await statusOf('Host: lab.example'), 200)
  assert.equal(await statusOf('Host: lab.example:81', 'Origin: http://lab.example:81'), 200)
  assert.equal(await statusOf('Host: lab.example', 'Origin: https://lab.example'), 200)
  assert.equal(await statusOf('Host: other.example:8443'), 200)
  assert.equal(await statusOf('Host: other.example'), 403)
  assert.equal(await statusOf('Host: lab.example.org'), 403)
})

test('runs and X-rays are refused without the token', async () => {
  await using stage = serving()
  const token = await tokenOf(stage)
  for (const wrong of ['', 'x', `${token}x`, token.slice(1)]) {
    const answer = await post(stage, wrong, '{"text":"ep E"}')
    assert.equal(answer.status, 403)
    assert.match(JSON.parse(answer.text).message, /reload the page/)
    await using peer = await client(stage.port)
    const fields = [hostOf(stage), `X-Epollet-Token: ${wrong}`]
    assert.equal((await ask(peer, 'GET /lab/api/xray', fields)).status, 403)
  }
})

function childrenOf(pid: number): string {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim()
}

test('if a client disconnects, its run ends, and the next run starts', async () => {
  await using stage = serving()
  const token = await tokenOf(stage)
  const body = JSON.stringify({ text: 'ep E; wait E 1000; wait E 1000; wait E 1000' })
  const leaving = await client(stage.port)
  const fields = [hostOf(stage), `X-Epollet-Token: ${token}`, `Content-Length: ${body.length}`]
  leaving.send(['POST /lab/api/run HTTP/1.1', ...fields, '', body].join('\r\n'))
  await once(leaving.socket, 'data')
  const startMs = performance.now()
  await leaving[Symbol.asyncDispose]()
  const lines = linesOf(await post(stage, token, '{"text":"ep E"}'))
  assert.deepEqual(
    lines.map(({ type }) => type),
    ['start', 'step', 'end'],
  )
  assert.ok(performance.now() - startMs < 2000, 'the abandoned run was aborted')
})

test('if a run fails, the last line of the response is the error', async () => {
  await using stage = serving()
  const token = await tokenOf(stage)
  const running = post(stage, token, '{"text":"ep E; wait E 1000; wait E 1000"}')
  while (childrenOf(process.pid) === '') await setTimeout(1)
  await stage.lab.drain()
  const last = linesOf(await running).at(-1)
  assert.deepEqual([last.type, last.code], ['error', 'ERR_LAB_CLOSED'])
})

test('the X-ray shows the server’s own epoll, and X-rays beyond the limit are refused', async () => {
  await using stage = serving()
  const headers = { 'X-Epollet-Token': await tokenOf(stage) }
  const streams: EventStream[] = []
  for (let i = 0; i < xraysMax; i++)
    streams.push(await EventStream.open(stage.port, '/lab/api/xray', headers))
  const set = await streams[0]!.first('set', ({ entries }) => entries.length >= 2)
  assert.equal(set.pid, process.pid)
  const own = set.entries.find((entry: { own: boolean }) => entry.own)
  assert.equal(own.address, `127.0.0.1:${streams[0]!.port}`)
  await using refused = await EventStream.open(stage.port, '/lab/api/xray', headers)
  assert.equal(refused.response.statusCode, 503)
  for (const stream of streams) await stream[Symbol.asyncDispose]()
})

test('drain() ends the X-rays and the process that runs programs', async () => {
  await using stage = serving()
  const token = await tokenOf(stage)
  await post(stage, token, '{"text":"ep E"}')
  await using stream = await EventStream.open(stage.port, '/lab/api/xray', {
    'X-Epollet-Token': token,
  })
  assert.notEqual(childrenOf(process.pid), '')
  await stage.lab.drain()
  await stream.end()
  await stage.server.drain()
  assert.equal(childrenOf(process.pid), '')
  assert.ok(readdirSync('/proc/self/fd').length > 0)
})
