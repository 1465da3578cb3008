import { once } from 'node:events'
import { connect } from 'node:net'
import { LeftOut } from './left-out.ts'

/** A whole answer. */
export interface Answer {
  readonly status: number
  /** Null where it has none. */
  readonly tag: string | null
  readonly body: Buffer
  /** Of head and body. */
  readonly bytes: number
}

export const host = '127.0.0.1'

const headEnd = '\r\n\r\n'
const patienceMs = 5000

/** The answer that bytes begin with; null while it is not whole. Throws LeftOut where its end cannot be known. */
export function answerIn(bytes: Buffer): Answer | null {
  const headBytes = bytes.indexOf(headEnd) + headEnd.length
  if (headBytes < headEnd.length) return null
  const head = bytes.toString('latin1', 0, headBytes)
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1] ?? 0)
  const length = status === 304 ? '0' : /^content-length: *(\d+)/im.exec(head)?.[1]
  if (length === undefined) throw new LeftOut(`answers ${status} without a Content-Length`)
  const whole = headBytes + Number(length)
  if (bytes.length < whole) return null
  if (bytes.length > whole) throw new LeftOut('sends more than its answer')
  const tag = /^etag: *(.*\S)/im.exec(head)?.[1] ?? null
  return { status, tag, body: bytes.subarray(headBytes), bytes: whole }
}

/** One request on a connection of its own. Throws LeftOut for half an answer, and what the kernel says. */
export async function ask(port: number, request: string): Promise<Answer> {
  const socket = connect({ host, port })
  socket.setTimeout(patienceMs, () => socket.destroy(new LeftOut('does not answer')))
  try {
    await once(socket, 'connect')
    socket.write(request, 'latin1')
    let bytes: Buffer = Buffer.alloc(0)
    for await (const piece of socket) {
      bytes = Buffer.concat([bytes, piece as Buffer])
      const answer = answerIn(bytes)
      if (answer !== null) return answer
    }
    throw new LeftOut('ends the connection before its answer is whole')
  } finally {
    socket.destroy()
  }
}
