import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer, HttpServer } from 'epollet/http'
import { serveDirectory } from 'epollet/static'

const site = mkdtempSync(join(tmpdir(), 'site-'))
const page = '<!doctype html><title>here</title>'
writeFileSync(join(site, 'index.html'), page)

/** @param {number} port */
async function get(port, path = '/') {
  const options = { headers: { connection: 'close' } }
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, options)
  return {
    status: answer.status,
    type: answer.headers.get('content-type'),
    body: await answer.text(),
  }
}

const directory = serveDirectory(site)
const server = new HttpServer((request, responder) => directory.handle(request, responder))
const { port } = server.listen({ host: '127.0.0.1', port: 0 })
const type = 'text/html; charset=utf-8'
assert.deepEqual(await get(port), { status: 200, type, body: page })
assert.equal((await get(port, '/none')).status, 404)
server.close()
directory.close()
rmSync(site, { recursive: true })

const own = createServer((request, response) => response.end(`${request.method} ${request.target}`))
const bound = own.listen({ host: '127.0.0.1', port: 0 })
assert.equal((await get(bound.port, '/a?b')).body, 'GET /a?b')
own.close()
console.log('served')
