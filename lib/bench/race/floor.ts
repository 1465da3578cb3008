// A server in C that answers every request with the same bytes. Arguments: the port, the file that contains the answer,
// 1 to close each connection, and the number of pipelined requests.
import { readFileSync } from 'node:fs'
import { getSystemErrorName } from 'node:util'
import { benchAddon } from '../measure/addon.ts'
import { socketAddress } from './ask.ts'

const [port = '', answer = '', once = '0', pipelined = '1'] = process.argv.slice(2)
const one = readFileSync(answer)
const answers = Buffer.concat(Array.from({ length: Number(pipelined) }, () => one))
const result = benchAddon().httpFloor(
  socketAddress(Number(port)),
  answers,
  one.length,
  Number(once),
)
process.stderr.write(`the server ended: ${getSystemErrorName(result)}\n`)
process.exitCode = 1
