/** Describes an operation in one sentence with its own names: `read r 1000` is "Read up to 1000 bytes from r." */
import type { GlossLanguage } from './gloss.ts'
import { openablePaths } from './syntax.ts'
import { segmentsIn } from './tokens.ts'

type Pair = readonly [en: string, zh: string]
/** Takes the words after the operation. The parameters without a default are required. */
type Sentence = (...words: string[]) => Pair

/**
 * One sentence about an operation. Empty for what the language doesn't know, such as the operations of a module.
 *
 * @param before the operations before it: a write to an eventfd reads the same as one to a pipe, but adds to a counter
 */
export function explain(
  op: string,
  language: GlossLanguage,
  before: readonly string[] = [],
): string {
  const pair = pairOf(wordsOf(op), before)
  if (pair === undefined) return ''
  return language === 'en' ? `${pair[0]}.` : `${pair[1]}。`
}

function wordsOf(op: string): string[] {
  const [segment] = segmentsIn(op)
  return segment?.tokens.map(({ text }) => text) ?? []
}

function pairOf(
  [verb = '', ...args]: readonly string[],
  before: readonly string[],
): Pair | undefined {
  const [name = '', ...inner] = args
  if (verb === 'thread' || verb === 'in') {
    const pair = pairOf(inner, before)
    if (pair === undefined) return undefined
    const [en, zh] = pair
    return verb === 'thread'
      ? [`On thread ${name}: ${lowered(en)}`, `在线程 ${name} 上：${zh}`]
      : [`In process ${name}: ${lowered(en)}`, `在进程 ${name} 里：${zh}`]
  }
  if (!Object.hasOwn(sentences, verb)) return undefined
  const sentence = verb === 'write' && isCounter(name, before) ? adding : sentences[verb]!
  return args.length < sentence.length ? undefined : sentence(...args)
}

function lowered(text: string): string {
  return text[0]!.toLowerCase() + text.slice(1)
}

function isCounter(name: string, before: readonly string[]): boolean {
  return before.map(wordsOf).some(([verb, bound]) => verb === 'eventfd' && bound === name)
}

function bytes(count: string): Pair {
  return [count === '1' ? '1 byte' : `${count} bytes`, ` ${count} 字节`]
}

/** A payload is a number of bytes, or a text in quotes. */
function data(payload: string): Pair {
  return payload.startsWith('"') ? [payload, ` ${payload}`] : bytes(payload)
}

function listOf(names: readonly string[], last: string): string {
  if (names.length < 2) return names.join('')
  return `${names.slice(0, -1).join(', ')} ${last} ${names.at(-1)}`
}

// Masks

const conditions: Readonly<Record<string, Pair>> = {
  IN: ['input', '可读'],
  OUT: ['room to write', '可写'],
  PRI: ['urgent data', '紧急数据'],
  RDHUP: ["the end of the peer's data", '对端不再发送'],
}
const modes: Readonly<Record<string, Pair>> = {
  ET: ['edge-triggered', '边缘触发'],
  ONESHOT: ['for one event only', '只通知一次'],
  EXCLUSIVE: ['without waking every other epoll', '不唤醒所有 epoll'],
}

function maskPair(mask: string): Pair {
  const given = mask === '0' ? [] : mask.split('|')
  const wanted = given.filter(flag => !Object.hasOwn(modes, flag))
  const how = given.filter(flag => Object.hasOwn(modes, flag)).map(flag => modes[flag]!)
  const pairs = wanted.map(flag => conditions[flag] ?? ([flag, flag] as const))
  const en = pairs.map(pair => pair[0])
  const zh = pairs.map(pair => pair[1])
  return [
    [
      en.length === 0 ? 'errors and hang-ups only' : listOf(en, 'and'),
      ...how.map(([one]) => one),
    ].join(', '),
    [zh.length === 0 ? '只有出错和挂断' : zh.join('、'), ...how.map(([, one]) => one)].join('，'),
  ]
}

// Operations

const adding: Sentence = (name, count) => [
  `Add ${count} to the counter of ${name}`,
  `给 ${name} 的计数加 ${count}`,
]

function reading(verb: Pair): Sentence {
  return (name, count = '') => {
    if (count === '') return [`Read the count of ${name}`, `读取 ${name} 的计数`]
    const [en, zh] = bytes(count)
    return [`${verb[0]} up to ${en} from ${name}`, `从 ${name} 最多${verb[1]}${zh}`]
  }
}

function sending(verb: Pair): Sentence {
  return (name, payload) => {
    const [en, zh] = data(payload!)
    return [`${verb[0]} ${en} to ${name}`, `向 ${name} ${verb[1]}${zh}`]
  }
}

const wait: Sentence = (epoll, ...options) => {
  const max = options.find(word => word.startsWith('max='))?.slice(4)
  const ms = options.find(word => !word.startsWith('max=')) ?? '0'
  const most: Pair =
    max === undefined ? ['events', '事件'] : [`at most ${max} events`, `最多 ${max} 个事件`]
  return ms === '0'
    ? [`Ask ${epoll} for ${most[0]}, without waiting`, `向 ${epoll} 取${most[1]}，不等待`]
    : [
        `Ask ${epoll} for ${most[0]}, and wait up to ${ms} ms`,
        `向 ${epoll} 取${most[1]}，最多等 ${ms} 毫秒`,
      ]
}

function asking(call: string): Sentence {
  return (first, ...others) => {
    const names = [first!, ...others]
    return names.length === 1
      ? [`Ask ${call} whether ${first} is ready now`, `用 ${call} 询问 ${first} 此刻是否就绪`]
      : [
          `Ask ${call} which of ${listOf(names, 'and')} are ready now`,
          `用 ${call} 询问 ${names.join('、')} 中此刻哪些就绪`,
        ]
  }
}

const listen: Sentence = (name, ...options) => {
  const at = options.indexOf('reuseport')
  const shared = at === -1 ? undefined : options[at + 1]
  if (shared !== undefined)
    return [
      `Listen on the port of ${shared} as well; call the listener ${name}`,
      `在 ${shared} 的端口上也监听，命名为 ${name}`,
    ]
  return [
    `Listen for TCP connections on loopback; call the listener ${name}`,
    `在回环地址上监听 TCP 连接，命名为 ${name}`,
  ]
}

const open: Sentence = (name, what) => {
  const path = Object.entries(openablePaths).find(([word]) => word === what)?.[1]
  return [
    `Open ${path ?? 'a temporary file'}; call it ${name}`,
    `打开${path === undefined ? '一个临时文件' : ` ${path}`}，命名为 ${name}`,
  ]
}

const sides: Readonly<Record<string, Pair>> = {
  RD: ["Shut down %'s receiving side", '关闭 % 的接收方向'],
  WR: ["Shut down %'s sending side", '关闭 % 的发送方向'],
  RDWR: ['Shut down both sides of %', '关闭 % 的两个方向'],
}

const sentences: Readonly<Record<string, Sentence>> = {
  pipe: (r, w) => [
    `Make a pipe: what goes in at ${w} comes out at ${r}`,
    `新建一条管道：从 ${w} 写入，从 ${r} 读出`,
  ],
  pair: (a, b, type = '') => [
    `Make two connected unix ${type === 'dgram' ? 'datagram ' : ''}sockets, ${a} and ${b}`,
    `新建一对已连接的 unix ${type === 'dgram' ? '数据报' : ''}套接字：${a} 和 ${b}`,
  ],
  tcp: (c, s) => [
    `Open a TCP connection: ${c} is the client's socket, ${s} the server's`,
    `建立一条 TCP 连接：${c} 是客户端，${s} 是服务端`,
  ],
  udp: (a, b) => [
    `Make two UDP sockets that send to each other, ${a} and ${b}`,
    `新建两个互相发送的 UDP 套接字：${a} 和 ${b}`,
  ],
  socket: s => [
    `Make a TCP socket that isn't connected; call it ${s}`,
    `新建一个未连接的 TCP 套接字，命名为 ${s}`,
  ],
  listen,
  connect: (c, listener) => [
    `Start to connect ${c} to ${listener}, without waiting`,
    `让 ${c} 开始连接 ${listener}，不等待`,
  ],
  accept: (s, listener) => [
    `Accept one connection from ${listener}; call it ${s}`,
    `从 ${listener} 接受一个连接，命名为 ${s}`,
  ],
  eventfd: (e, initial = '') => {
    const count = /^\d+$/.test(initial) ? initial : '0'
    return [
      `Make an eventfd, a counter that starts at ${count}; call it ${e}`,
      `新建一个 eventfd（计数器，初值 ${count}），命名为 ${e}`,
    ]
  },
  timerfd: (t, ms, every = '0') =>
    every === '0'
      ? [
          `Make a timer that expires in ${ms} ms; call it ${t}`,
          `新建一个 ${ms} 毫秒后到期的定时器，命名为 ${t}`,
        ]
      : [
          `Make a timer that expires in ${ms} ms and then every ${every} ms; call it ${t}`,
          `新建一个 ${ms} 毫秒后到期、此后每 ${every} 毫秒到期的定时器，命名为 ${t}`,
        ],
  open,
  ep: epoll => [`Make a new epoll; call it ${epoll}`, `新建一个 epoll，命名为 ${epoll}`],
  dup: (d, r) => [
    `Make ${d} another descriptor for what ${r} has open`,
    `让 ${d} 成为 ${r} 所指文件的另一个描述符`,
  ],
  dup2: (d, r) => [
    `Make ${r}'s number refer to what ${d} has open`,
    `让 ${r} 的编号指向 ${d} 所指的文件`,
  ],
  exhaust: () => ['Open descriptors until no number is free', '不断打开描述符，直到没有空闲编号'],
  release: (count = '') => [
    `Close ${count === '' ? 'the' : `${count} of the`} descriptors that exhaust opened`,
    `关闭 exhaust 打开的${count === '' ? '' : `其中 ${count} 个`}描述符`,
  ],
  add: (epoll, name, mask) => {
    const [en, zh] = maskPair(mask!)
    return [`Tell ${epoll} to watch ${name} for ${en}`, `让 ${epoll} 监视 ${name}：${zh}`]
  },
  mod: (epoll, name, mask) => {
    const [en, zh] = maskPair(mask!)
    return [
      `Change what ${epoll} watches ${name} for: ${en}`,
      `更改 ${epoll} 对 ${name} 的监视：${zh}`,
    ]
  },
  del: (epoll, name) => [`Tell ${epoll} to stop watching ${name}`, `让 ${epoll} 不再监视 ${name}`],
  wait,
  spin: (epoll, ms) => [
    `Wait on ${epoll} in a loop for ${ms} ms, and count the wake-ups`,
    `在 ${ms} 毫秒内反复等待 ${epoll}，数一数醒来多少次`,
  ],
  poll: asking('poll()'),
  select: asking('select()'),
  write: sending(['Write', '写入']),
  send: (name, payload) => {
    const [en, zh] = data(payload!)
    return [`Send ${en} from ${name} to its peer`, `从 ${name} 向对端发送${zh}`]
  },
  sendoob: (name, payload) => {
    const [en, zh] = data(payload!)
    return [
      `Send ${en} from ${name} to its peer, as urgent data`,
      `从 ${name} 向对端发送${zh}，最后一个字节为带外数据`,
    ]
  },
  read: reading(['Read', '读取']),
  recv: reading(['Receive', '接收']),
  peek: reading(['Look at', '查看']),
  recvoob: reading(['Receive urgent data,', '接收带外数据']),
  fill: (name, each = '4096') => [
    `Write to ${name}, ${bytes(each)[0]} at a time, until it's full (EAGAIN)`,
    `每次${bytes(each)[1]}，一直写 ${name}，直到写满（EAGAIN）`,
  ],
  drain: (name, each = '4096') => [
    `Read from ${name}, up to ${bytes(each)[0]} at a time, until EAGAIN or the end`,
    `每次最多${bytes(each)[1]}，一直读 ${name}，直到 EAGAIN 或流结束`,
  ],
  sendfile: (name, size) => [
    `Send a file of ${bytes(size!)[0]} from ${name} to its peer with sendfile()`,
    `用 sendfile() 从 ${name} 向对端发送一个${bytes(size!)[1]}的文件`,
  ],
  queued: name => [`Ask how many bytes can be read from ${name}`, `询问 ${name} 还有多少字节可读`],
  unsent: name => [
    `Ask how much of what ${name} sent is still in the kernel's send queue`,
    `询问 ${name} 的发送队列里还有多少`,
  ],
  error: name => [`Ask for the pending error of ${name}`, `询问 ${name} 待处理的错误`],
  set: (name, option, value) => [
    `Set the option ${option} of ${name} to ${value}`,
    `把 ${name} 的选项 ${option} 设为 ${value}`,
  ],
  setblocking: name => [`Make ${name} blocking`, `把 ${name} 设为阻塞`],
  shut: (name, how) => {
    const [en, zh] = sides[how!] ?? sides.RDWR!
    return [en.replace('%', () => name!), zh.replace('%', () => name!)]
  },
  close: name => [`Close ${name}`, `关闭 ${name}`],
  rst: name => [
    `Close ${name} so that its peer gets a reset`,
    `关闭 ${name}，并让对端收到重置（RST）`,
  ],
  sleep: ms => [`Sleep for ${ms} ms`, `休眠 ${ms} 毫秒`],
  join: (name, ms = '100') => [
    `Wait up to ${ms} ms for thread ${name} to finish`,
    `最多等 ${ms} 毫秒，看线程 ${name} 是否返回`,
  ],
  done: (first, ...others) => {
    const names = [first!, ...others]
    return names.length === 1
      ? [`Ask whether thread ${first} has finished`, `询问线程 ${first} 是否已返回`]
      : [
          `Count how many of the threads ${listOf(names, 'and')} have finished`,
          `数一数线程 ${names.join('、')} 中有几个已返回`,
        ]
  },
  process: (name, ...inherited) =>
    inherited.length === 0
      ? [`Start another process, ${name}`, `启动另一个进程 ${name}`]
      : [
          `Start another process, ${name}, which inherits ${listOf(inherited, 'and')}`,
          `启动另一个进程 ${name}，它继承 ${inherited.join('、')}`,
        ],
  exit: name => [`End process ${name}`, `结束进程 ${name}`],
}
