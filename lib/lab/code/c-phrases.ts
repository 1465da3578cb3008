// Writes each operation in C.
import { openablePaths, type Payload } from '../language/syntax.ts'
import { byteLength, counterBytes, maskOf, quotedInC, timevalOf, wellFormed } from './literal.ts'
import type { ActionOf, Phrase, Phrases } from './phrase.ts'
import type { Scope } from './scope.ts'

const socketFlags = 'SOCK_NONBLOCK | SOCK_CLOEXEC'

/** The payload as two arguments of a call: `data, size`. */
function bytesOf(payload: Payload): string {
  if ('bytes' in payload) return `bytes, ${payload.bytes}`
  const text = wellFormed(payload.text)
  return `${quotedInC(text)}, ${byteLength(text)}`
}

/** A listener's address. If the listener is closed, the address was saved before. */
function addressOf(listener: string, scope: Scope): string {
  if (scope.isClosed(listener)) return addressName(listener, scope)
  return `address_of(${scope.id(listener)})`
}

/** Longer than any name in a program, so it cannot collide with one. */
export function addressName(listener: string, { id }: Scope): string {
  return `address_of_listener_${id(listener).replace('.', '_')}`
}

export function listen({ name, backlog, reuseport }: ActionOf<'listen'>, scope: Scope): Phrase {
  if (reuseport === undefined) return { call: `listening(${backlog})`, opens: [name] }
  const address = reuseport === null ? 'loopback()' : addressOf(reuseport, scope)
  return { call: `sharing(${backlog}, ${address})`, opens: [name] }
}

function connect({ name, listener }: ActionOf<'connect'>, scope: Scope): Phrase {
  const client = scope.id(name)
  const call = `ok(connect_to(${client}, ${addressOf(listener, scope)}))`
  if (!scope.isNew(name)) return { call }
  const opening = `named(${quotedInC(name)}, socket(AF_INET, SOCK_STREAM | ${socketFlags}, 0));`
  return { first: [`${declared(name, scope)}${client} = ${opening}`], call }
}

function write({ name, payload }: ActionOf<'write'>, scope: Scope): string {
  const fd = scope.id(name)
  const kind = scope.kindOf(name)
  if (kind === 'eventfd' && 'bytes' in payload) return `ok(eventfd_write(${fd}, ${payload.bytes}))`
  if (kind === 'socket') return `number(send(${fd}, ${bytesOf(payload)}, MSG_NOSIGNAL))`
  return `number(write(${fd}, ${bytesOf(payload)}))`
}

function read({ name, sizeBytes }: ActionOf<'read'>, scope: Scope): string {
  const isCounter = /^(eventfd|timerfd)$/.test(scope.kindOf(name))
  const fd = scope.id(name)
  if (isCounter && (sizeBytes ?? counterBytes) >= counterBytes) return `counted(${fd})`
  return `number(read(${fd}, buffer, ${sizeBytes ?? counterBytes}))`
}

function receive({ name, sizeBytes }: ActionOf<'recv'>, flag: string, scope: Scope): string {
  return `number(recv(${scope.id(name)}, buffer, ${sizeBytes ?? counterBytes}, ${flag}))`
}

function setOption({ name, option, value }: ActionOf<'set'>, { id }: Scope): string {
  const whole = `&(int){${value}}, sizeof(int)`
  if (option === 'NODELAY') return `ok(setsockopt(${id(name)}, IPPROTO_TCP, TCP_NODELAY, ${whole}))`
  const [s, us] = timevalOf(value)
  const time = `&(struct timeval){${s}, ${us}}, sizeof(struct timeval)`
  const bytes = option === 'RCVTIMEO' ? time : whole
  return `ok(setsockopt(${id(name)}, SOL_SOCKET, SO_${option}, ${bytes}))`
}

export function list(names: readonly string[], { id }: Scope): string {
  if (names.length === 0) return 'NULL, 0'
  return `(int[]){${names.map(id).join(', ')}}, ${names.length}`
}

/** Replaces an operation in a process that has ended: kill(2) fails with ESRCH. */
export function gone(process: string, { id }: Scope): string {
  return `ok(kill(${id(process)}.pid, 0))`
}

export const phrases: Phrases = {
  pipe: ({ reader, writer }) => ({
    call: 'pipe2(both, O_NONBLOCK | O_CLOEXEC)',
    opens: [reader, writer],
  }),
  pair: ({ a, b, type }) => ({
    call: `socketpair(AF_UNIX, SOCK_${type.toUpperCase()} | ${socketFlags}, 0, both)`,
    opens: [a, b],
  }),
  tcp: ({ client, server }) => ({ call: 'tcp(both)', opens: [client, server] }),
  udp: ({ a, b }) => ({ call: 'udp(both)', opens: [a, b] }),
  socket: ({ name }) => ({
    call: `socket(AF_INET, SOCK_STREAM | ${socketFlags}, 0)`,
    opens: [name],
  }),
  listen,
  connect,
  accept: ({ name, listener }, { id }) => ({
    call: `accept4(${id(listener)}, NULL, NULL, ${socketFlags})`,
    opens: [name],
  }),
  eventfd: ({ name, initial, semaphore }) => {
    const mode = semaphore ? ' | EFD_SEMAPHORE' : ''
    return { call: `eventfd(${initial}, EFD_NONBLOCK | EFD_CLOEXEC${mode})`, opens: [name] }
  },
  timerfd: ({ name, initialMs, intervalMs }) => ({
    call: `timer(${initialMs}, ${intervalMs})`,
    opens: [name],
  }),
  open: ({ name, what }) => {
    if (what === 'file')
      return { call: 'open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600)', opens: [name] }
    const flags = `${what === 'directory' ? 'O_DIRECTORY' : 'O_RDONLY'} | O_NONBLOCK | O_CLOEXEC`
    return { call: `open("${openablePaths[what]}", ${flags})`, opens: [name] }
  },
  ep: ({ name }) => ({ call: 'epoll_create1(EPOLL_CLOEXEC)', opens: [name] }),
  dup: ({ name, of }, { id }) => ({ call: `dup(${id(of)})`, opens: [name] }),
  dup2: ({ of, onto }, { id }) => ({
    call: `dup2(${id(of)}, ${id(onto)})`,
    opens: [onto],
    isBound: true,
  }),
  exhaust: () => 'exhaust()',
  release: ({ count }) => `release_some(${count ?? 'exhausted_to'})`,
  add: ({ epoll, name, mask }, { id }) =>
    `control(${id(epoll)}, EPOLL_CTL_ADD, ${id(name)}, ${maskOf(mask)})`,
  mod: ({ epoll, name, mask }, { id }) =>
    `control(${id(epoll)}, EPOLL_CTL_MOD, ${id(name)}, ${maskOf(mask)})`,
  del: ({ epoll, name }, { id }) => `control(${id(epoll)}, EPOLL_CTL_DEL, ${id(name)}, 0)`,
  wait: ({ epoll, timeoutMs, maxevents }, { id }) =>
    `waited(${id(epoll)}, ${maxevents ?? 64}, ${timeoutMs})`,
  spin: ({ epoll, forMs }, { id }) => `spin(${id(epoll)}, ${forMs})`,
  poll: ({ names }, scope) => `polled(${list(names, scope)})`,
  select: ({ names }, scope) => `selected(${list(names, scope)})`,
  write,
  send: write,
  sendoob: ({ name, payload }, { id }) =>
    `number(send(${id(name)}, ${bytesOf(payload)}, MSG_OOB | MSG_NOSIGNAL))`,
  read,
  recv: (action, scope) => receive(action, '0', scope),
  peek: (action, scope) => receive(action, 'MSG_PEEK', scope),
  recvoob: (action, scope) => receive(action, 'MSG_OOB', scope),
  fill: ({ name, eachBytes }, scope) => {
    const isCounter = scope.kindOf(name) === 'eventfd'
    const data = isCounter ? '&(uint64_t){1}, sizeof(uint64_t)' : `bytes, ${eachBytes}`
    return `fill(${scope.id(name)}, ${data})`
  },
  drain: ({ name, eachBytes }, scope) => {
    const isCounter = /^(eventfd|timerfd)$/.test(scope.kindOf(name))
    return `drain(${scope.id(name)}, ${isCounter ? counterBytes : eachBytes})`
  },
  sendfile: ({ name, sizeBytes }, { id }) => `send_file(${id(name)}, ${sizeBytes})`,
  queued: ({ name }, { id }) => `how_many(${id(name)}, FIONREAD)`,
  unsent: ({ name }, { id }) => `how_many(${id(name)}, SIOCOUTQ)`,
  error: ({ name }, { id }) => `error_of(${id(name)})`,
  set: setOption,
  setblocking: ({ name }, { id }) =>
    `ok(fcntl(${id(name)}, F_SETFL, fcntl(${id(name)}, F_GETFL) & ~O_NONBLOCK))`,
  shut: ({ name, how }, { id }) => `ok(shutdown(${id(name)}, SHUT_${how}))`,
  close: ({ name }, { id, tellsEvents }) =>
    `ok(${tellsEvents ? 'close_named' : 'close'}(${id(name)}))`,
  rst: ({ name }, { id }) => `ok(reset(${id(name)}))`,
  sleep: ({ forMs }) => `ok(usleep(${forMs} * 1000))`,
  join: ({ name, timeoutMs }, { id }) => `result_of(&${id(name)}, ${timeoutMs})`,
  done: ({ names }, { id }) => `number(${names.map(name => `${id(name)}.back`).join(' + ')})`,
  exit: ({ name }, scope) =>
    scope.isClosed(name) ? gone(name, scope) : `ok(ended(${scope.id(name)}))`,
}

/** In programs with threads, descriptors are in a global struct. */
export function declared(name: string, scope: Scope): string {
  return scope.id(name).startsWith('fd.') ? '' : 'int '
}
