import { once } from 'node:events'
import { connect } from 'node:net'
import { AF_INET, addressBytes, encodeAddress } from '../../sys/index.ts'
import { LeftOut } from './left-out.ts'

/** A complete answer. */
export interface Answer {
  readonly status: number
  /** The ETag; null if there is none. */
  readonly tag: string | null
  readonly body: Buffer
  /** The size of head and body. */
  readonly bytes: number
}

export const host = '127.0.0.1'

/** The sockaddr of a port on this machine. */
export function socketAddress(port: number): Uint8Array {
  const bytes = new Uint8Array(addressBytes)
  return bytes.subarray(0, encodeAddress({ host, port }, AF_INET, bytes))
}

const headEnd = '\r\n\r\n'
const patienceMs = 5000

/** Parses `count` answers; null while they are incomplete. Throws LeftOut if an answer has no Content-Length. */
export function answersIn(bytes: Buffer, count: number): Answer[] | null {
  const answers: Answer[] = []
  let taken = 0
  while (answers.length < count) {
    const answer = answerIn(bytes.subarray(taken))
    if (answer === null) return null
    answers.push(answer)
    taken += answer.bytes
  }
  if (bytes.length > taken) throw new LeftOut('sends more than its answer')
  return answers
}

/** The first answer in the bytes; null while it is incomplete. */
function answerIn(bytes: Buffer): Answer | null {
  const headBytes = bytes.indexOf(headEnd) + headEnd.length
  if (headBytes < headEnd.length) return null
  const head = bytes.toString('latin1', 0, headBytes)
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1] ?? 0)
  const length = status === 304 ? '0' : /^content-length: *(\d+)/im.exec(head)?.[1]
  if (length === undefined) throw new LeftOut(`answers ${status} without a Content-Length`)
  const whole = headBytes + Number(length)
  if (bytes.length < whole) return null
  const tag = /^etag:(.*)/im.exec(head)?.[1]?.trim() ?? null
  return { status, tag, body: bytes.subarray(headBytes, whole), bytes: whole }
}

/** Sends one or several requests on a new connection. Throws LeftOut if an answer is incomplete, and socket errors. */
export async function ask(port: number, request: string, count = 1): Promise<Answer[]> {
  const socket = connect({ host, port })
  socket.setTimeout(patienceMs, () => socket.destroy(new LeftOut('does not answer')))
  try {
    await once(socket, 'connect')
    socket.write(request.repeat(count), 'latin1')
    let bytes: Buffer = Buffer.alloc(0)
    for await (const piece of socket) {
      bytes = Buffer.concat([bytes, piece as Buffer])
      const answers = answersIn(bytes, count)
      if (answers !== null) return answers
    }
    throw new LeftOut('closes the connection before its answer is complete')
  } finally {
    socket.destroy()
  }
}
