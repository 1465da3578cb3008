// Finds what looks wrong in the interest lists of a process, and says it in a sentence.
import { EPOLLET, EPOLLOUT } from '../../sys/index.ts'
import type { Inspected, Watched } from './watched.ts'

export interface Finding {
  readonly code: 'ghost' | 'full-accept-queue' | 'unread-after-close' | 'spins-on-out' | 'spent'
  readonly epoll: number
  readonly fd: number
  readonly text: string
  /** The experiment of the lab that explains it. */
  readonly experiment: string
}

type Judge = (entry: Watched, process: Inspected) => Omit<Finding, 'epoll' | 'fd'> | null

const ghost: Judge = ({ fd, ghost, was, holders }) => {
  if (ghost === null) return null
  const what = was ?? 'its file'
  const how =
    ghost === 'closed'
      ? `fd ${fd} is closed, but ${what} is still watched`
      : `fd ${fd} belongs to another file now, but ${what} is still watched`
  const who = holders.map(({ pid, command, fd }) => `process ${pid} (${command}) as fd ${fd}`)
  const why = who.length === 0 ? '' : `, because it is open in ${who.join(' and in ')}`
  return {
    code: 'ghost',
    text: `${how}${why}`,
    experiment: ghost === 'closed' ? 'closed-not-gone' : 'ghost',
  }
}

const fullAcceptQueue: Judge = ({ fd, socket, acceptQueue }) => {
  if (acceptQueue === null || acceptQueue.length <= acceptQueue.max) return null
  const { length, max } = acceptQueue
  return {
    code: 'full-accept-queue',
    text: `fd ${fd}, ${socket}, has a full accept queue: ${length} connections wait, and the backlog is ${max}`,
    experiment: 'one-accept',
  }
}

const unreadAfterClose: Judge = ({ fd, socket, state, unread }, { waitsInEpoll }) => {
  if (state !== 'CLOSE_WAIT') return null
  const waits = waitsInEpoll ? ', while the process waits in epoll_wait' : ''
  const left =
    unread === null || unread === 0
      ? 'the process has not closed it'
      : `${unread} ${unread === 1 ? 'byte is' : 'bytes are'} unread`
  return {
    code: 'unread-after-close',
    text: `fd ${fd}, ${socket}: the peer has closed, and ${left}${waits}`,
    experiment: unread ? 'one-recv' : 'short-read',
  }
}

const spinsOnOut: Judge = ({ fd, events, socket, state, unsent }) => {
  const isLevel = (events & EPOLLET) === 0
  if (!isLevel || (events & EPOLLOUT) === 0 || state !== 'ESTABLISHED' || unsent !== 0) return null
  return {
    code: 'spins-on-out',
    text: `fd ${fd}, ${socket}, is watched for EPOLLOUT with nothing to send: every wait returns at once`,
    experiment: 'out-spins',
  }
}

const spent: Judge = ({ fd, isSpent, socket, target, unread }) => {
  if (!isSpent || !unread) return null
  return {
    code: 'spent',
    text: `fd ${fd}, ${socket ?? target}: EPOLLONESHOT has reported it and it was not modified since; ${unread} ${unread === 1 ? 'byte waits' : 'bytes wait'}`,
    experiment: 'oneshot',
  }
}

const judges: readonly Judge[] = [ghost, fullAcceptQueue, unreadAfterClose, spinsOnOut, spent]

export function findingsOf(process: Inspected): Finding[] {
  return judges.flatMap(judge =>
    process.sets.flatMap(({ epoll, interest }) =>
      interest.flatMap(entry => {
        const found = judge(entry, process)
        return found === null ? [] : [{ epoll, fd: entry.fd, ...found }]
      }),
    ),
  )
}
