import type { Text } from '../scenario.ts'
import { type Action, openables, socketOptions } from './syntax.ts'

/** The kinds of descriptors. */
export const descriptorKinds = [
  'pipe reader',
  'pipe writer',
  'socket',
  'listener',
  'eventfd',
  'timerfd',
  'file',
  'epoll',
] as const

/** The kind of thing that a name is bound to. Each operation accepts certain kinds. */
export type Kind = (typeof descriptorKinds)[number] | 'thread' | 'process'

/** The properties of an action that contain the names it binds, with their kinds. */
const bound: { readonly [Op in Action['op']]?: Readonly<Record<string, Kind>> } = {
  pipe: { reader: 'pipe reader', writer: 'pipe writer' },
  pair: { a: 'socket', b: 'socket' },
  tcp: { client: 'socket', server: 'socket' },
  udp: { a: 'socket', b: 'socket' },
  socket: { name: 'socket' },
  listen: { name: 'listener' },
  connect: { name: 'socket' },
  accept: { name: 'socket' },
  eventfd: { name: 'eventfd' },
  timerfd: { name: 'timerfd' },
  open: { name: 'file' },
  ep: { name: 'epoll' },
  thread: { name: 'thread' },
  process: { name: 'process' },
}

/** The names that an action binds, with their kinds. */
export function boundBy(
  action: Action,
  kindOf: (name: string) => Kind,
): (readonly [name: string, kind: Kind])[] {
  if (action.op === 'in') return boundBy(action.action, kindOf)
  if (action.op === 'dup') return [[action.name, kindOf(action.of)]]
  const names = action as unknown as Readonly<Record<string, string>>
  return Object.entries(bound[action.op] ?? {}).map(([key, kind]) => [names[key]!, kind])
}

export interface Word {
  /** Its syntax: `wait E [ms] [max=N]`. */
  readonly usage: string
  readonly help: Text
}

/** Every operation, in the order in which the page lists them. */
export const vocabulary: Readonly<Record<string, Word>> = {
  pipe: {
    usage: 'pipe r w',
    help: { en: 'a pipe: its read end and its write end', zh: '一条管道：读端和写端' },
  },
  pair: {
    usage: 'pair a b [dgram]',
    help: { en: 'two connected unix sockets', zh: '一对已连接的 unix 套接字' },
  },
  tcp: {
    usage: 'tcp c s',
    help: { en: 'a TCP connection: client and server', zh: '一条 TCP 连接：客户端和服务端' },
  },
  udp: {
    usage: 'udp a b',
    help: { en: 'two UDP sockets that send to each other', zh: '互相发送的两个 UDP 套接字' },
  },
  socket: {
    usage: 'socket s',
    help: { en: 'a TCP socket that is not connected', zh: '一个尚未连接的 TCP 套接字' },
  },
  listen: {
    usage: 'listen L [backlog] [reuseport [M]]',
    help: {
      en: 'a TCP listener on loopback; SO_REUSEPORT: on the port of M as well',
      zh: '在回环地址上监听的 TCP 套接字；SO_REUSEPORT：与 M 共用端口',
    },
  },
  connect: {
    usage: 'connect c L',
    help: {
      en: 'a non-blocking connect to the listener; c may be a new name',
      zh: '非阻塞地连接监听者；c 可以是新名字',
    },
  },
  accept: {
    usage: 'accept s L',
    help: { en: 'takes one connection out of the backlog', zh: '从全连接队列取出一个连接' },
  },
  eventfd: {
    usage: 'eventfd e [n] [semaphore]',
    help: { en: 'a counter that can be watched', zh: '一个可以被监视的计数器' },
  },
  timerfd: {
    usage: 'timerfd t ms [every ms]',
    help: { en: 'a timer that can be watched', zh: '一个可以被监视的定时器' },
  },
  open: {
    usage: `open f ${openables.join('|')}`,
    help: {
      en: 'opens a temporary file, or a device or path of this list',
      zh: '打开列表中的某个文件或设备',
    },
  },
  ep: { usage: 'ep E', help: { en: 'a new epoll', zh: '新建一个 epoll' } },
  dup: {
    usage: 'dup d r',
    help: { en: 'd is another descriptor of the same file', zh: 'd 是同一个文件的另一个描述符' },
  },
  dup2: {
    usage: 'dup2 d r',
    help: { en: "r's number now refers to the file of d", zh: '让 r 的编号指向 d 所指的文件' },
  },
  exhaust: {
    usage: 'exhaust',
    help: {
      en: 'opens descriptors until EMFILE',
      zh: '不断打开描述符，直到 EMFILE',
    },
  },
  release: {
    usage: 'release [n]',
    help: {
      en: 'closes the descriptors of exhaust, or n of them',
      zh: '关闭这些描述符，或其中 n 个',
    },
  },
  add: {
    usage: 'add E r IN|ET',
    help: { en: 'EPOLL_CTL_ADD: registers', zh: 'EPOLL_CTL_ADD：注册' },
  },
  mod: {
    usage: 'mod E r IN|ET',
    help: {
      en: 'EPOLL_CTL_MOD: changes the mask and checks again',
      zh: 'EPOLL_CTL_MOD：换掩码并重新检查',
    },
  },
  del: {
    usage: 'del E r',
    help: { en: 'EPOLL_CTL_DEL: unregisters', zh: 'EPOLL_CTL_DEL：注销' },
  },
  wait: {
    usage: 'wait E [ms] [max=N]',
    help: {
      en: 'one epoll_wait; the default timeout is 0 ms',
      zh: '一次 epoll_wait；省略时为 0 毫秒',
    },
  },
  spin: {
    usage: 'spin E ms',
    help: {
      en: 'waits in a loop for this time; counts the wakeups',
      zh: '反复等待这么久：醒来多少次',
    },
  },
  poll: {
    usage: 'poll r w ...',
    help: { en: 'poll(2): what is ready now', zh: 'poll(2)：此刻什么就绪' },
  },
  select: {
    usage: 'select r w ...',
    help: { en: 'select(2): the same, with sets', zh: 'select(2)：同样的事，用集合' },
  },
  write: {
    usage: 'write w 5',
    help: {
      en: 'writes 5 bytes, or "text"; adds 5 to an eventfd',
      zh: '写 5 个字节，或 "text"；eventfd 则加 5',
    },
  },
  send: {
    usage: 'send a 5',
    help: { en: 'sends 5 bytes, or "text"', zh: '发送 5 个字节，或 "text"' },
  },
  sendoob: {
    usage: 'sendoob a 1',
    help: { en: 'sends urgent data: MSG_OOB', zh: '发送带外数据：MSG_OOB' },
  },
  read: {
    usage: 'read r 3',
    help: {
      en: 'reads at most 3 bytes, or the count of an eventfd or a timerfd',
      zh: '最多读 3 个字节；eventfd、timerfd 则读计数',
    },
  },
  recv: { usage: 'recv s 3', help: { en: 'receives at most 3 bytes', zh: '最多接收 3 个字节' } },
  peek: {
    usage: 'peek s 3',
    help: { en: 'like recv, but the bytes stay queued: MSG_PEEK', zh: '同上，但不取走：MSG_PEEK' },
  },
  recvoob: {
    usage: 'recvoob s 1',
    help: { en: 'receives urgent data: MSG_OOB', zh: '接收带外数据：MSG_OOB' },
  },
  fill: {
    usage: 'fill a [each]',
    help: { en: 'writes until EAGAIN', zh: '一直写到 EAGAIN' },
  },
  drain: {
    usage: 'drain a [each]',
    help: { en: 'reads until EAGAIN or the end', zh: '一直读到 EAGAIN 或流结束' },
  },
  sendfile: {
    usage: 'sendfile a bytes',
    help: { en: 'sendfile(2) of a file of this size', zh: '用 sendfile(2) 发送这么大的文件' },
  },
  queued: {
    usage: 'queued r',
    help: { en: 'FIONREAD: bytes that can be read', zh: 'FIONREAD：等待读取的字节数' },
  },
  unsent: {
    usage: 'unsent a',
    help: { en: 'SIOCOUTQ: bytes not yet taken by the peer', zh: 'SIOCOUTQ：尚未被取走的字节数' },
  },
  error: {
    usage: 'error s',
    help: { en: 'SO_ERROR: the pending error', zh: 'SO_ERROR：等待中的错误' },
  },
  set: {
    usage: `set a ${socketOptions.join('|')} n`,
    help: { en: 'setsockopt(2)', zh: 'setsockopt(2)' },
  },
  setblocking: {
    usage: 'setblocking r',
    help: { en: 'clears O_NONBLOCK', zh: '去掉 O_NONBLOCK' },
  },
  shut: {
    usage: 'shut c WR|RD|RDWR',
    help: { en: 'shutdown(2): ends one direction, or both', zh: 'shutdown(2)：关闭一个或两个方向' },
  },
  close: { usage: 'close r', help: { en: 'close(2)', zh: 'close(2)' } },
  rst: {
    usage: 'rst c',
    help: {
      en: 'closes with SO_LINGER 0: the peer gets a reset',
      zh: '以 SO_LINGER 0 关闭：对端收到复位',
    },
  },
  sleep: { usage: 'sleep 10', help: { en: 'sleeps for 10 milliseconds', zh: '毫秒' } },
  thread: {
    usage: 'thread T wait E 500',
    help: { en: 'another thread performs the operation', zh: '由另一个线程执行该操作' },
  },
  join: {
    usage: 'join T [ms]',
    help: { en: "the outcome of the thread's operation", zh: '该线程操作的结果' },
  },
  done: {
    usage: 'done T1 T2 ...',
    help: { en: 'how many of these threads have finished', zh: '其中多少个线程已经返回' },
  },
  process: {
    usage: 'process P [r E ...]',
    help: {
      en: 'another process, which inherits these descriptors',
      zh: '另一个进程，继承这些描述符',
    },
  },
  in: {
    usage: 'in P write w 5',
    help: { en: 'that process performs an operation', zh: '由该进程执行操作' },
  },
  exit: { usage: 'exit P', help: { en: 'that process ends', zh: '该进程结束' } },
}
