// Writes programs in Python.
import { type Action, type Operation, openablePaths, type Payload } from '../language/syntax.ts'
import type { Kind } from '../language/vocabulary.ts'
import {
  byteLength,
  counterBytes,
  maskOf,
  openFiles,
  quoted,
  timevalOf,
  wellFormed,
} from './literal.ts'
import { type ActionOf, callLines, type Phrase, type Phrases, phraseOf } from './phrase.ts'
import { partsOf } from './python-parts.ts'
import { Scope } from './scope.ts'
import { type Dialect, identifiersIn, partsFor } from './spelling.ts'

const silent = /"""(?:[^"]|"(?!""))*(?:""")?|"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|#.*/g
const keywords = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally for from ' +
    'global if import in is lambda nonlocal not or pass raise return try while with yield'
  ).split(' '),
)
const modules =
  'ctypes errno fcntl os resource select socket struct sys tempfile termios threading time'.split(
    ' ',
  )

function str(text: string): string {
  return quoted(text, '"')
}

function bytesOf(payload: Payload): string {
  if ('bytes' in payload)
    return payload.bytes <= 1 ? `b"${'x'.repeat(payload.bytes)}"` : `b"x" * ${payload.bytes}`
  const text = wellFormed(payload.text)
  return byteLength(text) === text.length ? `b${str(text)}` : `${str(text)}.encode()`
}

/** In Python, sockets and epolls are objects and other descriptors are numbers. */
function objectKind(kind: Kind): 'socket' | 'epoll' | null {
  if (kind === 'epoll') return kind
  return kind === 'socket' || kind === 'listener' ? 'socket' : null
}

function isObject(name: string, scope: Scope): boolean {
  return objectKind(scope.kindOf(name)) !== null
}

function numberOf(name: string, scope: Scope): string {
  return isObject(name, scope) ? `${scope.id(name)}.fileno()` : scope.id(name)
}

function seconds(ms: number): string {
  return String(ms / 1000)
}

function numbersOf(names: readonly string[], scope: Scope): string {
  return names.map(name => numberOf(name, scope)).join(', ')
}

function dupOf(name: string, scope: Scope): string {
  const { id } = scope
  if (!isObject(name, scope)) return `os.dup(${id(name)})`
  if (scope.kindOf(name) !== 'epoll') return `${id(name)}.dup()`
  return `select.epoll.fromfd(os.dup(${numberOf(name, scope)}))`
}

/** A listener's address. If the listener is closed, the address was saved before. */
function addressOf(listener: string, scope: Scope): string {
  const { id } = scope
  return scope.isClosed(listener) ? addressName(listener, scope) : `${id(listener)}.getsockname()`
}

/** Longer than any name in a program, so it cannot collide with one. */
function addressName(listener: string, { id }: Scope): string {
  return `address_of_listener_${id(listener)}`
}

function listen({ name, backlog, reuseport }: ActionOf<'listen'>, scope: Scope): Phrase {
  if (reuseport === undefined) return { call: `listening(${backlog})`, opens: [name] }
  const address = reuseport === null ? '' : `, ${addressOf(reuseport, scope)}`
  return { call: `sharing(${backlog}${address})`, opens: [name] }
}

function dup2({ of, onto }: ActionOf<'dup2'>, scope: Scope): Phrase {
  const call = `os.dup2(${numberOf(of, scope)}, ${numberOf(onto, scope)})`
  const [from, to] = [of, onto].map(name => objectKind(scope.kindOf(name)))
  if (from === to) return { call, opens: [onto], isBound: true }
  const kept = `what_was_before_${scope.id(onto)} = ${scope.id(onto)}  # else Python would close the number`
  const objects = { socket: `socket.socket(fileno=${call})`, epoll: `select.epoll.fromfd(${call})` }
  return {
    ...(to !== null && { first: [kept] }),
    call: from === null || from === undefined ? call : objects[from],
    opens: [onto],
  }
}

function connect({ name, listener }: ActionOf<'connect'>, scope: Scope): Phrase {
  const client = scope.id(name)
  const call = `${client}.connect(${addressOf(listener, scope)})`
  if (!scope.isNew(name)) return { call }
  const named = scope.tellsEvents ? [`names[${client}.fileno()] = ${str(name)}`] : []
  return { first: [`${client} = socket.socket(type=STREAM)`, ...named], call }
}

function write({ name, payload }: ActionOf<'write'>, scope: Scope): string {
  const kind = scope.kindOf(name)
  if (kind === 'eventfd' && 'bytes' in payload)
    return `os.eventfd_write(${scope.id(name)}, ${payload.bytes})`
  if (kind === 'socket') return `${scope.id(name)}.send(${bytesOf(payload)})`
  return `os.write(${numberOf(name, scope)}, ${bytesOf(payload)})`
}

function read({ name, sizeBytes }: ActionOf<'read'>, scope: Scope): string {
  const kind = scope.kindOf(name)
  const isCounter = kind === 'eventfd' || kind === 'timerfd'
  const number = numberOf(name, scope)
  if (isCounter && (sizeBytes ?? counterBytes) >= counterBytes)
    return kind === 'eventfd' ? `os.eventfd_read(${number})` : `counted(${number})`
  return `len(os.read(${number}, ${sizeBytes ?? counterBytes}))`
}

function receive(name: string, sizeBytes: number | null, flag: string, scope: Scope): string {
  return `len(${scope.id(name)}.recv(${sizeBytes ?? counterBytes}${flag}))`
}

function setOption({ name, option, value }: ActionOf<'set'>, scope: Scope): string {
  const sock = scope.id(name)
  if (option === 'NODELAY')
    return `${sock}.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, ${value})`
  const [s, us] = timevalOf(value)
  const bytes = option === 'RCVTIMEO' ? `struct.pack("ll", ${s}, ${us})` : String(value)
  return `${sock}.setsockopt(socket.SOL_SOCKET, socket.SO_${option}, ${bytes})`
}

function closed(name: string, scope: Scope): string {
  if (scope.tellsEvents || scope.isUsedLater(name)) return `close(${numberOf(name, scope)})`
  return isObject(name, scope) ? `${scope.id(name)}.close()` : `os.close(${scope.id(name)})`
}

/** Replaces an operation in a process that has ended: kill(2) fails with ESRCH. */
function gone(process: string, { id }: Scope): string {
  return `os.kill(${id(process)}.pid, 0)`
}

const phrases: Phrases = {
  pipe: ({ reader, writer }) => ({
    call: 'os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)',
    opens: [reader, writer],
  }),
  pair: ({ a, b, type }) => ({
    call: `socket.socketpair(type=${type === 'dgram' ? 'DGRAM' : 'STREAM'})`,
    opens: [a, b],
  }),
  tcp: ({ client, server }) => ({ call: 'tcp()', opens: [client, server] }),
  udp: ({ a, b }) => ({ call: 'udp()', opens: [a, b] }),
  socket: ({ name }) => ({ call: 'socket.socket(type=STREAM)', opens: [name] }),
  listen,
  connect,
  accept: ({ name, listener }, { id }) => ({ call: `accept(${id(listener)})`, opens: [name] }),
  eventfd: ({ name, initial, semaphore }) => {
    const mode = semaphore ? ' | os.EFD_SEMAPHORE' : ''
    return {
      call: `os.eventfd(${initial}, os.EFD_NONBLOCK | os.EFD_CLOEXEC${mode})`,
      opens: [name],
    }
  },
  timerfd: ({ name, initialMs, intervalMs }) => ({
    call: `timerfd(${initialMs}, ${intervalMs})`,
    opens: [name],
  }),
  open: ({ name, what }) => {
    if (what === 'file') {
      const flags = 'os.O_TMPFILE | os.O_RDWR'
      return { call: `os.open(tempfile.gettempdir(), ${flags}, 0o600)`, opens: [name] }
    }
    const flag = what === 'directory' ? 'os.O_DIRECTORY' : 'os.O_RDONLY'
    const call = `os.open("${openablePaths[what]}", ${flag} | os.O_NONBLOCK)`
    return { call, opens: [name] }
  },
  ep: ({ name }) => ({ call: 'select.epoll()', opens: [name] }),
  dup: ({ name, of }, scope) => ({ call: dupOf(of, scope), opens: [name] }),
  dup2,
  exhaust: () => 'exhaust()',
  release: ({ count }) => `release(${count ?? 'None'})`,
  add: ({ epoll, name, mask }, { id }) => `${id(epoll)}.register(${id(name)}, ${maskOf(mask)})`,
  mod: ({ epoll, name, mask }, { id }) => `${id(epoll)}.modify(${id(name)}, ${maskOf(mask)})`,
  del: ({ epoll, name }, { id }) => `${id(epoll)}.unregister(${id(name)})`,
  wait: ({ epoll, timeoutMs, maxevents }, { id }) => {
    const most = maxevents === null ? '' : `, maxevents=${maxevents}`
    return `events(${id(epoll)}.poll(${seconds(timeoutMs)}${most}))`
  },
  spin: ({ epoll, forMs }, { id }) => `spin(${id(epoll)}, ${seconds(forMs)})`,
  poll: ({ names }, scope) => `events(polled(${numbersOf(names, scope)}))`,
  select: ({ names }, scope) => `events(selected(${numbersOf(names, scope)}))`,
  write,
  send: write,
  sendoob: ({ name, payload }, { id }) => `${id(name)}.send(${bytesOf(payload)}, socket.MSG_OOB)`,
  read,
  recv: ({ name, sizeBytes }, scope) => receive(name, sizeBytes, '', scope),
  peek: ({ name, sizeBytes }, scope) => receive(name, sizeBytes, ', socket.MSG_PEEK', scope),
  recvoob: ({ name, sizeBytes }, scope) => receive(name, sizeBytes, ', socket.MSG_OOB', scope),
  fill: ({ name, eachBytes }, scope) => {
    const isCounter = scope.kindOf(name) === 'eventfd'
    const data = isCounter ? '(1).to_bytes(8, sys.byteorder)' : bytesOf({ bytes: eachBytes })
    return `fill(${numberOf(name, scope)}, ${data})`
  },
  drain: ({ name, eachBytes }, scope) => {
    const isCounter = /^(eventfd|timerfd)$/.test(scope.kindOf(name))
    return `drain(${numberOf(name, scope)}, ${isCounter ? counterBytes : eachBytes})`
  },
  sendfile: ({ name, sizeBytes }, scope) => `sendfile(${numberOf(name, scope)}, ${sizeBytes})`,
  queued: ({ name }, scope) => `how_many(${numberOf(name, scope)}, termios.FIONREAD)`,
  unsent: ({ name }, scope) => `how_many(${numberOf(name, scope)}, termios.TIOCOUTQ)`,
  error: ({ name }, { id }) => `error_of(${id(name)})`,
  set: setOption,
  setblocking: ({ name }, scope) =>
    objectKind(scope.kindOf(name)) === 'socket'
      ? `${scope.id(name)}.setblocking(True)`
      : `os.set_blocking(${numberOf(name, scope)}, True)`,
  shut: ({ name, how }, { id }) => `${id(name)}.shutdown(socket.SHUT_${how})`,
  close: ({ name }, scope) => closed(name, scope),
  rst: ({ name }, { id }) => `reset(${id(name)})`,
  sleep: ({ forMs }) => `time.sleep(${seconds(forMs)})`,
  join: ({ name, timeoutMs }, { id }) => `${id(name)}.result(${seconds(timeoutMs)})`,
  done: ({ names }, { id }) => `done(${names.map(id).join(', ')})`,
  exit: ({ name }, scope) =>
    scope.isClosed(name) ? gone(name, scope) : `${scope.id(name)}.exit()`,
}

function lines(text: string, action: Action, scope: Scope): string[] {
  const { first = [], call, opens, isBound } = phraseOf(phrases, action, scope)
  if (opens === undefined) return [...first, ...callLines('step', [str(text), `lambda: ${call}`])]
  const head = isBound === true ? 'opened' : `${opens.map(scope.id).join(', ')} = opened`
  const opening = callLines(head, [str(text), `lambda: ${call}`, ...opens.map(str)])
  const noted = opens
    .filter(name => scope.isCalledWhenClosed(name))
    .map(name => `${addressName(name, scope)} = ${scope.id(name)}.getsockname()`)
  return [...first, ...opening, ...noted]
}

/** Longer than any name in a program, so it cannot collide with one. */
function programName(process: string, { id }: Scope): string {
  return `operations_of_process_${id(process)}`
}

function body(scope: Scope): string[] {
  const rows: (string | { child: string })[] = []
  const children = new Map<string, string[]>()
  if (scope.has('exhaust'))
    rows.push(`resource.setrlimit(resource.RLIMIT_NOFILE, (${openFiles}, ${openFiles}))`)
  const { strangers } = scope
  if (strangers.length > 0)
    rows.push(`${strangers.map(scope.id).join(' = ')} = -1  # opened only in another process`)
  for (const operation of scope.operations) {
    const { action, text, asks } = operation
    if (asks) rows.push('', '# What will this be?')
    if (action.op === 'thread') {
      const { call } = phraseOf(phrases, action.action, scope)
      rows.push(...callLines(`${scope.id(action.name)} = Thread`, [str(text), `lambda: ${call}`]))
    } else if (action.op === 'process') {
      children.set(action.name, [])
      rows.push({ child: action.name })
      const args = [
        str(text),
        programName(action.name, scope),
        ...action.inherits.map(name => numberOf(name, scope)),
      ]
      rows.push(...callLines(`${scope.id(action.name)} = Process`, args))
    } else if (action.op === 'in' && scope.isClosed(action.name)) {
      rows.push(...callLines('step', [str(text), `lambda: ${gone(action.name, scope)}`]))
    } else if (action.op === 'in') {
      children.get(action.name)?.push(...lines(text, action.action, scope), 'yield')
      rows.push(`${scope.id(action.name)}.ask()  # ${text}`)
    } else rows.push(...lines(text, action, scope))
    scope.pass(operation)
  }
  return rows.flatMap(row =>
    typeof row === 'string' ? row : childLines(row.child, children, scope),
  )
}

function childLines(name: string, children: ReadonlyMap<string, string[]>, scope: Scope): string[] {
  const does = children.get(name) ?? []
  const rows = does.length === 0 ? ['yield'] : does
  return ['', '', `def ${programName(name, scope)}():`, ...rows.map(row => `    ${row}`), '', '']
}

function writeProgram(operations: readonly Operation[], spell: (name: string) => string): string {
  const scope = new Scope(operations, spell)
  const parts = partsOf(scope)
  const main = body(scope).join('\n')
  const used = partsFor(main, parts, silent)
  const constants = used.filter(part => !part.startsWith('\n'))
  const functions = used.filter(part => part.startsWith('\n')).map(part => `\n${part}\n`)
  const code = `${constants.join('\n')}\n${functions.join('')}\n\n${main}\n`
  const said = identifiersIn(code, silent)
  const flags = [...said].filter(word => /^EPOLL(?!WAKEUP)[A-Z]+$/.test(word)).sort()
  const imports = [
    '# Python 3.11 or newer on Linux, its standard library alone: python3 lab.py',
    ...modules.filter(module => said.has(module)).map(module => `import ${module}`),
    ...(flags.length > 0 ? [`from select import ${flags.join(', ')}`] : []),
  ]
  return `${imports.join('\n')}\n\n${code}`.replace(/\n{4,}/g, '\n\n\n')
}

export const python: Dialect = {
  isReserved: word => keywords.has(word),
  silent,
  write: writeProgram,
}
