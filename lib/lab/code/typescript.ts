// Writes programs in TypeScript.
import { type Action, type Operation, openablePaths, type Payload } from '../language/syntax.ts'
import type { Text } from '../scenario.ts'
import { counterBytes, maskOf, quoted, timevalOf, wellFormed } from './literal.ts'
import { type ActionOf, callLines, type Phrase, type Phrases, phraseOf } from './phrase.ts'
import { Scope } from './scope.ts'
import { type Dialect, identifiersIn, partsFor } from './spelling.ts'
import { partsOf } from './typescript-parts.ts'

const silent = /'(?:[^'\\\n]|\\.)*'?|"(?:[^"\\\n]|\\.)*"?|\/\*(?:[^*]|\*(?!\/))*(?:\*\/)?|\/\/.*/g
const keywords = new Set(
  (
    'break case catch class const continue debugger default delete do else enum export extends false finally for ' +
    'function if import in instanceof new null return super switch this throw true try typeof var void while with ' +
    'yield let static implements interface package private protected public await eval arguments undefined NaN ' +
    'Infinity globalThis require exports module Object Promise'
  ).split(' '),
)
const classes =
  'AddressLike Descriptor Epoll EventFd File Pipe PipeReader PipeWriter Poll Socket TimerFd maskNames select'.split(
    ' ',
  )
const types = new Set(['AddressLike'])
const constant = /^(?:E?POLL|SO_|SOL_|SHUT_|MSG_|SOCK_|AF_|IPPROTO_|TCP_)[A-Z_]*[A-Z]$/
const builtIns: Readonly<Record<string, string>> = {
  'node:fs': 'closeSync constants ftruncateSync readSync writeSync',
  'node:os': 'tmpdir',
  'node:util': 'getSystemErrorName',
}
const nodeNames = Object.values(builtIns).flatMap(words => words.split(' '))

function str(text: string): string {
  return quoted(text, "'")
}

function dataOf(payload: Payload): string {
  if ('text' in payload) return str(wellFormed(payload.text))
  return payload.bytes <= 1 ? `'${'x'.repeat(payload.bytes)}'` : `'x'.repeat(${payload.bytes})`
}

/** Longer than any name in a program, so it cannot collide with one. */
function addressName(listener: string, { id }: Scope): string {
  return `addressOfListener_${id(listener)}`
}

/** A listener's address. If the listener is closed, the address was saved before. */
function addressOf(listener: string, scope: Scope): string {
  if (scope.isClosed(listener)) return addressName(listener, scope)
  return `${scope.id(listener)}.getsockname()`
}

function listen({ name, backlog, reuseport }: ActionOf<'listen'>, scope: Scope): Phrase {
  if (reuseport === undefined) return { call: `[listening(${backlog})]`, opens: [name] }
  const any = "{ host: '127.0.0.1', port: 0 }"
  const address = reuseport === null ? any : addressOf(reuseport, scope)
  return { call: `[sharing(${backlog}, ${address})]`, opens: [name] }
}

function connect({ name, listener }: ActionOf<'connect'>, scope: Scope): Phrase {
  const client = scope.id(name)
  const call = `${client}.connect(${addressOf(listener, scope)}) ? 'ok' : 'EINPROGRESS'`
  if (!scope.isNew(name)) return { call }
  return {
    first: [`const ${client} = new Socket()`, `names.set(${client}.fileno(), ${str(name)})`],
    call,
  }
}

function write({ name, payload }: ActionOf<'write'>, scope: Scope): string {
  const { id } = scope
  switch (scope.kindOf(name)) {
    case 'eventfd':
      if ('text' in payload) return `writeSync(${id(name)}.fileno(), ${dataOf(payload)})`
      return `${id(name)}.write(${payload.bytes}) ? 'ok' : null`
    case 'socket':
      return `${id(name)}.send(${dataOf(payload)})`
    case 'file':
      return `writeSync(${id(name)}.fileno(), ${dataOf(payload)})`
    default:
      return `${id(name)}.write(${dataOf(payload)})`
  }
}

function read({ name, sizeBytes }: ActionOf<'read'>, scope: Scope): string {
  const { id } = scope
  const size = sizeBytes ?? counterBytes
  switch (scope.kindOf(name)) {
    case 'eventfd':
    case 'timerfd':
      if (size >= counterBytes) return `${id(name)}.read()`
      return `readSync(${id(name)}.fileno(), Buffer.alloc(${size}))`
    case 'socket':
      return `${id(name)}.recv(${size})`
    case 'file':
      return `readSync(${id(name)}.fileno(), Buffer.alloc(${size}))`
    default:
      return `${id(name)}.read(${size})`
  }
}

function fill({ name, eachBytes }: ActionOf<'fill'>, scope: Scope): string {
  if (scope.kindOf(name) === 'eventfd')
    return `fill(() => (${scope.id(name)}.write(1) ? ${counterBytes} : null))`
  const payload = { bytes: eachBytes }
  return `fill(() => ${write({ op: 'write', name, payload }, scope)})`
}

function drain({ name, eachBytes }: ActionOf<'drain'>, scope: Scope): string {
  if (/^(eventfd|timerfd)$/.test(scope.kindOf(name)))
    return `drain(() => (${scope.id(name)}.read() === null ? null : ${counterBytes}))`
  return `drain(() => ${read({ op: 'read', name, sizeBytes: eachBytes }, scope)})`
}

function setOption({ name, option, value }: ActionOf<'set'>, { id }: Scope): string {
  if (option === 'NODELAY') return `${id(name)}.setsockopt(IPPROTO_TCP, TCP_NODELAY, ${value})`
  const [s, us] = timevalOf(value)
  const bytes = `new Uint8Array(new BigInt64Array([${s}n, ${us}n]).buffer)`
  return `${id(name)}.setsockopt(SOL_SOCKET, SO_${option}, ${option === 'RCVTIMEO' ? bytes : value})`
}

function receive(name: string, sizeBytes: number | null, flag: string, { id }: Scope): string {
  return `${id(name)}.recv(${sizeBytes ?? counterBytes}${flag})`
}

/** A closed object no longer knows its number. If a name is used after its close, only the number is closed. */
function closing(name: string, scope: Scope): string {
  return scope.isUsedLater(name) || scope.isClosed(name) ? 'closeNumber' : 'close'
}

function list(names: readonly string[], { id }: Scope): string {
  return names.map(id).join(', ')
}

function refused(action: Action): never {
  throw new Error(`'${action.op}' cannot be written in TypeScript`)
}

const phrases: Phrases = {
  pipe: ({ reader, writer }) => ({ call: 'pipe()', opens: [reader, writer] }),
  pair: ({ a, b, type }) => ({
    call: type === 'stream' ? 'Socket.pair()' : "datagrams(AF_UNIX, { path: '' })",
    opens: [a, b],
  }),
  tcp: ({ client, server }) => ({ call: 'tcp()', opens: [client, server] }),
  udp: ({ a, b }) => ({
    call: "datagrams(AF_INET, { host: '127.0.0.1', port: 0 })",
    opens: [a, b],
  }),
  socket: ({ name }) => ({ call: '[new Socket()]', opens: [name] }),
  listen,
  connect,
  accept: ({ name, listener }, { id }) => ({ call: `accepted(${id(listener)})`, opens: [name] }),
  eventfd: ({ name, initial, semaphore }) => ({
    call: `[new EventFd(${initial}${semaphore ? ', { semaphore: true }' : ''})]`,
    opens: [name],
  }),
  timerfd: ({ name, initialMs, intervalMs }) => ({
    call: `[timer(${initialMs}, ${intervalMs})]`,
    opens: [name],
  }),
  open: ({ name, what }) => {
    if (what === 'file') {
      const flags = 'O_TMPFILE | constants.O_RDWR'
      return { call: `[File.open(tmpdir(), { flags: ${flags}, mode: 0o600 })]`, opens: [name] }
    }
    const directory = what === 'directory' ? 'constants.O_DIRECTORY | ' : ''
    const flags = `${directory}constants.O_NONBLOCK`
    return { call: `[File.open('${openablePaths[what]}', { flags: ${flags} })]`, opens: [name] }
  },
  ep: ({ name }) => ({ call: '[new Epoll()]', opens: [name] }),
  dup: refused,
  dup2: refused,
  exhaust: () => 'exhaust()',
  release: ({ count }) => `release(${count ?? 'exhausted.length'})`,
  add: ({ epoll, name, mask }, { id }) => `${id(epoll)}.register(${id(name)}, ${maskOf(mask)})`,
  mod: ({ epoll, name, mask }, { id }) => `${id(epoll)}.modify(${id(name)}, ${maskOf(mask)})`,
  del: ({ epoll, name }, { id }) => `${id(epoll)}.unregister(${id(name)})`,
  wait: ({ epoll, timeoutMs, maxevents }, { id }) =>
    `events(${id(epoll)}.poll(${timeoutMs}${maxevents === null ? '' : `, ${maxevents}`}))`,
  spin: ({ epoll, forMs }, { id }) => `spin(${id(epoll)}, ${forMs})`,
  poll: ({ names }, scope) => `events(polled(${list(names, scope)}))`,
  select: ({ names }, scope) => `events(selected(${list(names, scope)}))`,
  write,
  send: write,
  sendoob: ({ name, payload }, { id }) =>
    `${id(name)}.send(${dataOf(payload)}, { flags: MSG_OOB })`,
  read,
  recv: ({ name, sizeBytes }, scope) => receive(name, sizeBytes, '', scope),
  peek: ({ name, sizeBytes }, scope) => receive(name, sizeBytes, ', MSG_PEEK', scope),
  recvoob: ({ name, sizeBytes }, scope) => receive(name, sizeBytes, ', MSG_OOB', scope),
  fill,
  drain,
  sendfile: ({ name, sizeBytes }, { id }) => `sendfile(${id(name)}, ${sizeBytes})`,
  queued: ({ name }, { id }) => `queued(${id(name)})`,
  unsent: refused,
  error: ({ name }, { id }) => `errorOf(${id(name)})`,
  set: setOption,
  setblocking: ({ name }, { id }) => `${id(name)}.setblocking(true)`,
  shut: ({ name, how }, { id }) => `${id(name)}.shutdown(SHUT_${how})`,
  close: ({ name }, scope) => `${closing(name, scope)}(${scope.id(name)})`,
  rst: ({ name }, scope) => `reset(${scope.id(name)}, ${closing(name, scope)})`,
  sleep: ({ forMs }) => `sleep(${forMs})`,
  join: refused,
  done: refused,
  exit: refused,
}

/** An arrow function. A conditional expression as its body is put in parentheses. */
function arrow(call: string): string {
  const isConditional = / \? /.test(call) && !call.startsWith('fill(')
  return `() => ${isConditional ? `(${call})` : call}`
}

function lines({ text, action, asks }: Operation, scope: Scope): string[] {
  const { first = [], call, opens } = phraseOf(phrases, action, scope)
  const before = asks ? ['', '// What will this be?', ...first] : first
  if (opens === undefined) return [...before, ...callLines('step', [str(text), arrow(call)], '  ')]
  const head = `const [${opens.map(scope.id).join(', ')}] = opened`
  const opening = callLines(head, [str(text), arrow(call), ...opens.map(str)], '  ')
  const noted = opens
    .filter(name => scope.isCalledWhenClosed(name))
    .map(name => `const ${addressName(name, scope)} = ${scope.id(name)}.getsockname()`)
  return [...before, ...opening, ...noted]
}

function importLine(words: readonly string[], from: string): string[] {
  if (words.length === 0) return []
  const line = `import { ${words.join(', ')} } from '${from}'`
  const columnsMax = 100
  if (line.length <= columnsMax) return [line]
  return ['import {', ...words.map(word => `  ${word},`), `} from '${from}'`]
}

function importsOf(code: string): string[] {
  const said = identifiersIn(code, silent)
  const own = [...said]
    .filter(word => constant.test(word) || classes.includes(word))
    .map(word => (types.has(word) ? `type ${word}` : word))
    .sort((a, b) => (a.replace('type ', '') < b.replace('type ', '') ? -1 : 1))
  return [
    ...Object.entries(builtIns).flatMap(([from, words]) =>
      importLine(
        words.split(' ').filter(word => said.has(word)),
        from,
      ),
    ),
    ...importLine(own, 'epollet'),
  ]
}

function writeProgram(operations: readonly Operation[], spell: (name: string) => string): string {
  const scope = new Scope(operations, spell)
  const main = operations.flatMap(operation => {
    const rows = lines(operation, scope)
    scope.pass(operation)
    return rows
  })
  const parts = partsFor(main.join('\n'), partsOf(scope), silent)
  const code = [
    ...parts.filter(part => !part.startsWith('\n')),
    ...parts.filter(part => part.startsWith('\n')),
    '',
    ...main,
  ].join('\n')
  const head =
    '// Save this as lab.ts where you have epollet, and run: node lab.ts (22.18 or newer), or npx tsx lab.ts'
  return `${[head, ...importsOf(code)].join('\n')}\n\n${code}\n`.replace(/\n{3,}/g, '\n\n')
}

const partNames = new Set(Object.keys(partsOf(new Scope([], name => name))))

export const typescript: Dialect = {
  isReserved: word =>
    keywords.has(word) ||
    partNames.has(word) ||
    classes.includes(word) ||
    nodeNames.includes(word) ||
    constant.test(word),
  silent,
  write: writeProgram,
}

/** Why an operation cannot be written in TypeScript, or null. */
export function unsayable({ action, text }: Operation, scope: Scope): Text | null {
  switch (action.op) {
    case 'dup':
    case 'dup2':
      return {
        en: `TypeScript cannot say '${text}': neither Node nor epollet has dup(2), since an object of theirs owns its descriptor alone.`,
        zh: `TypeScript 无法表达“${text}”：Node 和 epollet 都没有 dup(2)，因为它们的每个对象独占自己的描述符。`,
      }
    case 'unsent':
      return {
        en: `TypeScript cannot say '${text}': SIOCOUTQ is asked with ioctl(2), which neither Node nor epollet has.`,
        zh: `TypeScript 无法表达“${text}”：SIOCOUTQ 要用 ioctl(2) 查询，而 Node 和 epollet 都没有它。`,
      }
    case 'queued':
      if (scope.kindOf(action.name) === 'socket') return null
      return {
        en: `TypeScript cannot say '${text}': FIONREAD is asked with ioctl(2), which neither Node nor epollet has; only a socket can be peeked at instead.`,
        zh: `TypeScript 无法表达“${text}”：FIONREAD 要用 ioctl(2) 查询，而 Node 和 epollet 都没有它；只有套接字可以改用 MSG_PEEK。`,
      }
    case 'setblocking':
      if (/^(socket|listener)$/.test(scope.kindOf(action.name))) return null
      return {
        en: `TypeScript cannot say '${text}': that takes fcntl(2), which Node has not, and epollet has for sockets only.`,
        zh: `TypeScript 无法表达“${text}”：这需要 fcntl(2)，Node 没有它，epollet 也只为套接字提供。`,
      }
    case 'thread':
      return {
        en: `TypeScript cannot say '${text}' in a few lines: a thread of Node is a Worker with a program of its own, which shares no objects.`,
        zh: `TypeScript 无法用几行代码表达“${text}”：Node 的线程是 Worker，有自己的程序，不共享对象。`,
      }
    case 'process':
      return {
        en: `TypeScript cannot say '${text}' in a few lines: Node has no fork(2), only child processes that begin with a program of their own.`,
        zh: `TypeScript 无法用几行代码表达“${text}”：Node 没有 fork(2)，子进程总是从自己的程序开始。`,
      }
    default:
      return null
  }
}
