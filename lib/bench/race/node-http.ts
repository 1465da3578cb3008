// A node:http server that answers every request with one body. Arguments: the port, and the file that contains the
// body.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { host } from './ask.ts'

const [port = '', file = ''] = process.argv.slice(2)
const body = readFileSync(file)
const fields = { 'Content-Type': 'text/html', 'Content-Length': body.length }
const server = createServer((_, response) => void response.writeHead(200, fields).end(body))
server.keepAliveTimeout = 75_000
server.listen({ host, port: Number(port) })
