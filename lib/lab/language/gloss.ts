/** The meaning of an outcome in a few words: `r:IN` of a wait is "r has data to read". */

export type GlossLanguage = 'en' | 'zh'
type Pair = readonly [en: string, zh: string]

/**
 * The meaning of a possible outcome of an operation. Empty where there is nothing to explain, as for an outcome in words
 * of its own.
 */
export function glossOf(op: string, outcome: string, language: GlossLanguage): string {
  const pair = glossPair(op.trim(), outcome.trim())
  return pair?.[language === 'en' ? 0 : 1] ?? ''
}

function glossPair(op: string, outcome: string): Pair | undefined {
  const inner = /^(?:in|thread) \S+ (.*)$/.exec(op)?.[1]
  if (outcome === 'blocked') return ['it is blocked', '阻塞']
  if (outcome === 'back') return ['it returns', '返回']
  if (inner !== undefined) return glossPair(inner, outcome)
  const words = op.split(/\s+/)
  const verb = words[0] ?? ''
  if (outcome === 'nothing') return ['no event', '没有事件']
  if (/^\S+( \d+)?:[A-Z|]+(,|$)|^\S+:0$/.test(outcome) || outcome.startsWith('fd '))
    return eventsPair(outcome)
  if (outcome === 'ok') return verbs[verb] ?? ['it succeeds', '成功']
  if (outcome === 'EAGAIN') return again[verb] ?? ['not possible right now', '暂时不行']
  const error = errors[outcome]
  if (error !== undefined) return error
  return numbers[verb]?.(outcome, words.length) ?? phrases[outcome]
}

// Events

const flagWords: Readonly<Record<string, Pair>> = {
  IN: ['has data to read', '可读'],
  OUT: ['has room to write', '可写'],
  PRI: ['has urgent data', '有紧急数据'],
  ERR: ['has an error', '出错'],
  HUP: ['is hung up', '已挂断'],
  RDHUP: ['gets no more data', '对端不再发送'],
  NVAL: ['is not open', '没有打开'],
}

/** The fd of an event whose number has no name any more is `fd 24`, and of one whose descriptor is closed `r(closed)`. */
function subject(name: string): Pair {
  const closed = /^(.*)\(closed\)$/.exec(name)?.[1]
  if (closed !== undefined) return [`${closed}, though closed,`, `已关闭的 ${closed}`]
  if (name === 'fd *') return ['a number of another process', '别的进程的编号']
  return [name, name]
}

function maskPair(name: string, mask: string): Pair {
  const words = mask.split('|').map(flag => flagOf(name, flag))
  return [listOf(words.map(([en]) => en)), words.map(([, zh]) => zh).join('、')]
}

function listOf(texts: readonly string[]): string {
  const last = texts.at(-1) ?? ''
  return texts.length < 2 ? last : `${texts.slice(0, -1).join(', ')} and ${last}`
}

/** By the lab's convention a name in capitals is a listener or an epoll: it has no bytes to read. */
function flagOf(name: string, flag: string): Pair {
  if (flag === 'IN' && /^[A-Z]/.test(name)) return ['is readable', '可读']
  return flagWords[flag] ?? [flag, flag]
}

function eventPair(event: string): Pair {
  const at = event.lastIndexOf(':')
  const name = event.slice(0, at)
  const [en, zh] = subject(name)
  const mask = maskPair(name, event.slice(at + 1))
  const space = /[a-z\d]$/i.test(zh) ? ' ' : ''
  return [`${en} ${mask[0]}`, `${zh}${space}${mask[1]}`]
}

function eventsPair(outcome: string): Pair {
  const events = outcome.split(', ')
  if (events.length === 1) return eventPair(outcome)
  const names = events.map(event => event.slice(0, event.lastIndexOf(':')))
  const masks = new Set(events.map(event => event.slice(event.lastIndexOf(':') + 1)))
  if (new Set(names).size === 1) {
    const count = events.length
    return [`${count} events for ${names[0]}`, `${names[0]} 的 ${count} 个事件`]
  }
  if (masks.size === 1 && /^(IN|OUT)$/.test([...masks][0]!)) {
    const [first, ...rest] = names
    return [`first ${first}, then ${rest.join(', ')}`, `先 ${first}，再 ${rest.join('、')}`]
  }
  const pairs = events.map(eventPair)
  return [pairs.map(([en]) => en).join('; '), pairs.map(([, zh]) => zh).join('；')]
}

// Errors and success

const nothingToRead: Pair = ['nothing to read right now', '现在没有可读的']
const noRoom: Pair = ['no room right now', '现在没有空间']

const again: Readonly<Record<string, Pair>> = {
  read: nothingToRead,
  recv: nothingToRead,
  peek: nothingToRead,
  recvoob: ['no urgent byte right now', '现在没有紧急数据'],
  write: noRoom,
  send: noRoom,
  sendfile: noRoom,
  fill: noRoom,
  accept: ['no connection is waiting', '没有等待的连接'],
}

const verbs: Readonly<Record<string, Pair>> = {
  accept: ['a connection is accepted', '接受了一个连接'],
  add: ['it is registered', '注册成功'],
  mod: ['the registration is changed', '修改成功'],
  del: ['it is unregistered', '注销成功'],
  mmap: ['it is mapped', '映射成功'],
}

const errors: Readonly<Record<string, Pair>> = {
  EACCES: ['permission denied', '没有权限'],
  EBADF: ['not an open descriptor', '不是打开的描述符'],
  ECONNABORTED: ['the connection was aborted', '连接已中止'],
  ECONNRESET: ['the peer reset the connection', '连接被对端重置'],
  EEXIST: ['it is already registered', '已经注册过'],
  EINTR: ['a signal interrupted it', '被信号打断'],
  EINVAL: ['invalid argument', '参数无效'],
  ELOOP: ['epolls would watch each other, or nest too deep', 'epoll 互相监视或嵌套太深'],
  EMFILE: ['no descriptor is left', '描述符用完了'],
  ENODEV: ['it cannot be mapped', '不能映射'],
  ENOENT: ['it is not registered', '没有注册过'],
  ENOSYS: ['this kernel has no such call', '内核没有这个调用'],
  EPERM: ['this cannot be watched', '不能被监视'],
  EPIPE: ['nobody can read it any more', '已经没有读者'],
  RangeError: ['the number is out of range', '编号超出范围'],
}

// Numbers

type Numbered = (outcome: string, words: number) => Pair | undefined

function amount(outcome: string): Pair {
  const more = outcome.startsWith('>')
  const number = more ? outcome.slice(1) : outcome
  return more ? [`more than ${number}`, `超过 ${number}`] : [number, number]
}

function bytes(outcome: string): Pair {
  const [en, zh] = amount(outcome)
  return [`${en} ${outcome === '1' ? 'byte' : 'bytes'}`, `${zh} 字节`]
}

/** A read without a size reads a counter: that of an eventfd or a timerfd. */
const reading: Numbered = (outcome, words) => {
  if (!/^>?\d+$/.test(outcome)) return
  if (words < 3) {
    const [en, zh] = amount(outcome)
    return [`the count: ${en}`, `计数：${zh}`]
  }
  if (outcome === '0') return ['end of the stream', '流结束']
  const [en, zh] = bytes(outcome)
  return [`${en} read`, `读到 ${zh}`]
}

const writing: Numbered = outcome => {
  if (!/^>?\d+$/.test(outcome)) return
  const [en, zh] = bytes(outcome)
  return [`${en} written`, `写入 ${zh}`]
}

const sending: Numbered = outcome => {
  if (!/^>?\d+$/.test(outcome)) return
  const [en, zh] = bytes(outcome)
  return [`${en} sent`, `发出 ${zh}`]
}

const filling: Numbered = outcome => {
  const [, count] = /^(\d+), then EAGAIN$/.exec(outcome) ?? []
  return count === undefined ? undefined : [`${count} bytes, then full`, `写入 ${count} 字节后满了`]
}

const draining: Numbered = outcome => {
  const [, count, end] = /^(\d+), then (EAGAIN|0)$/.exec(outcome) ?? []
  if (count === undefined) return
  return end === '0'
    ? [`${count} bytes, then the end`, `读到 ${count} 字节后流结束`]
    : [`${count} bytes, then empty`, `读到 ${count} 字节后空了`]
}

const spinning: Numbered = outcome => {
  if (outcome === '0') return ['never', '一次也没有']
  if (outcome === '1') return ['once', '一次']
  const [en, zh] = amount(outcome)
  return [`${en} times`, `${zh} 次`]
}

/** A duration as `1.* ms`: the whole milliseconds count. */
const timing: Numbered = outcome => {
  const whole = /^(\d+)\.\S* ms$/.exec(outcome)?.[1]
  if (whole === undefined) return
  if (whole === '0') return ['less than 1 ms', '不到 1 毫秒']
  const next = Number(whole) + 1
  return [`between ${whole} and ${next} ms`, `${whole} 到 ${next} 毫秒`]
}

/** How many times an epoll_wait's time a poll takes. */
const ratio: Numbered = outcome => {
  if (outcome === '1 or 2') return ['about the same, or twice as long', '差不多，最多两倍']
  const [en, zh] = amount(outcome)
  return [`${en} times as long`, `${zh} 倍`]
}

const numbers: Readonly<Record<string, Numbered>> = {
  read: reading,
  recv: reading,
  peek: reading,
  recvoob: reading,
  write: writing,
  send: sending,
  sendfile: sending,
  fill: filling,
  drain: draining,
  spin: spinning,
  queued: outcome => {
    if (outcome === '0') return ['nothing is waiting', '没有等着读的']
    const [en, zh] = bytes(outcome)
    return [`${en} are waiting`, `还有 ${zh}没读`]
  },
  unsent: outcome => {
    const [en, zh] = bytes(outcome)
    return [`${en} are not sent yet`, `还有 ${zh}没发出`]
  },
  error: outcome => (outcome === '0' ? ['no error', '没有错误'] : undefined),
  done: outcome => {
    if (outcome === '0') return ['none has returned', '一个也没返回']
    if (outcome === '1') return ['one thread has returned', '返回了 1 个线程']
    return [`${outcome} threads have returned`, `返回了 ${outcome} 个线程`]
  },
  time_wait: timing,
  time_pwait2: timing,
  serve: outcome => [`${outcome} system calls`, `${outcome} 次系统调用`],
  maps: outcome => {
    if (outcome === '0') return ['no mapping', '没有映射']
    return [`${outcome} ${outcome === '1' ? 'mapping' : 'mappings'}`, `${outcome} 处映射`]
  },
  poll_epoll: ratio,
}

const phrases: Readonly<Record<string, Pair>> = {
  'epoll costs more': ['one poll is faster', '一次 poll 更快'],
  'poll costs more': ['the three epoll calls are faster', '三次 epoll 调用更快'],
}
