import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { child } from '../loop/child.ts'

const http = new URL('../../dist/http/index.js', import.meta.url).href

test('memory does not grow with the number of closed connections, even if idle ones were closed to make room', async () => {
  const { lines, stderr, status } = await child(`
    import { HttpServer } from '${http}'
    import { connect } from 'node:net'
    import v8 from 'node:v8'
    import vm from 'node:vm'
    v8.setFlagsFromString('--expose-gc')
    const gc = vm.runInNewContext('gc')
    const server = new HttpServer((_, responder) => responder.text(200, 'x'), { connectionsMax: 20 })
    const { port } = server.listen({ port: 0 })
    const one = () => new Promise(resolve => {
      const socket = connect(port, '127.0.0.1')
      socket.on('error', () => {})
      socket.on('close', resolve)
      socket.on('data', () => Math.random() < 0.5 ? socket.destroy() : setImmediate(() => socket.destroy()))
      socket.write('GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n')
    })
    const heapAfter = async count => {
      for (let i = 0; i < count; i += 50) await Promise.all(Array.from({ length: 50 }, one))
      gc()
      return process.memoryUsage().heapUsed
    }
    const before = await heapAfter(1000)
    const after = await heapAfter(8000)
    console.log(Math.max(0, after - before))
    server.close()
  `)
  assert.deepEqual([stderr, status], ['', 0])
  // A leak of 125 bytes per connection would fail this test.
  assert.ok(Number(lines[0]) < 1_000_000, `${lines[0]} bytes`)
})
