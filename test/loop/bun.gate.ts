// Under Bun, whose libuv ends the process where an addon calls it. Bun comes from npm, into a temporary folder.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { test } from 'node:test'
import { promisify } from 'node:util'

const run = promisify(execFile)
const dist = new URL('../../dist/', import.meta.url).href

const program = `
  import { Epoll, EPOLLIN, EventFd, EventLoop } from '${dist}index.js'
  import { createServer } from '${dist}http/index.js'
  const event = new EventFd(1)
  const loop = new EventLoop()
  await new Promise(resolve => loop.add(event, EPOLLIN, resolve))
  loop.close()
  const epoll = new Epoll()
  epoll.register(event, EPOLLIN)
  await new Promise(resolve => epoll.watch(resolve))
  epoll.close()
  const again = new Epoll()
  again.register(event, EPOLLIN)
  for await (const batch of again) break
  again.close()
  const server = createServer((_, response) => response.end('hello'))
  const { port } = server.listen({ port: 0 })
  const ask = () => fetch('http://127.0.0.1:' + port).then(answer => answer.text())
  const texts = await Promise.all(Array.from({ length: 200 }, ask))
  console.log(process.versions.bun !== undefined, texts.every(text => text === 'hello'))
  process.exit()`

test('EventLoop, watch(), for await and the server work under Bun', async () => {
  const folder = mkdtempSync(`${tmpdir()}/epollet-bun-`)
  try {
    const name = `@oven/bun-linux-${process.arch === 'arm64' ? 'aarch64' : 'x64'}`
    await run('npm', ['install', '--prefix', folder, '--ignore-scripts', name])
    const { stdout } = await run(`${folder}/node_modules/${name}/bin/bun`, ['--eval', program])
    assert.equal(stdout, 'true true\n')
  } finally {
    rmSync(folder, { recursive: true })
  }
})
