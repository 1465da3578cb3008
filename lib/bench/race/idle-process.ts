// A process that holds connections open. Each message asks it to open connections, or to count those that are still
// open.
import { Epoll, Socket } from '../../core/index.ts'
import { EPOLLIN } from '../../sys/index.ts'
import { host } from './ask.ts'
import type { IdleQuestion, IdleReply, IdleTask } from './idle.ts'
import type { Failure } from './respondent.ts'

const patienceMs = 5000
const epoll = new Epoll()
const sockets: Socket[] = []

function open({ port, request, answerBytes, count }: IdleTask): void {
  for (let i = 0; i < count; i++) {
    const socket = new Socket()
    sockets.push(socket)
    socket.setblocking(true)
    socket.connect({ host, port })
    socket.send(request)
    socket.setblocking(false)
    epoll.register(socket, EPOLLIN)
    for (let left = answerBytes; left > 0; ) {
      if (epoll.poll(patienceMs).length === 0) throw new Error('no answer')
      const part = socket.recv(left)
      if (part?.length === 0) throw new Error('half an answer')
      left -= part?.length ?? 0
    }
  }
}

function reply(question: IdleQuestion): IdleReply | Failure {
  try {
    if ('open' in question) open(question.open)
    const closed = epoll.poll(0).length
    if (closed === 0) return { open: sockets.length }
    return { error: `closed ${closed} of ${sockets.length} idle connections` }
  } catch (error) {
    return { error: `failed with idle connections: ${(error as Error).message}` }
  }
}

process.on('message', question => process.send?.(reply(question as IdleQuestion)))
