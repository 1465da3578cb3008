// Writes programs in C.
import type { Action, Operation } from '../language/syntax.ts'
import { partsOf, type Sizes } from './c-parts.ts'
import { addressName, declared, gone, list, phrases } from './c-phrases.ts'
import { counterBytes, openFiles, quotedInC } from './literal.ts'
import { type ActionOf, phraseOf } from './phrase.ts'
import { Scope } from './scope.ts'
import { type Dialect, identifiersIn, partsFor } from './spelling.ts'

const silent = /"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|\/\/.*|^#.*/gm
const keywords = new Set(
  (
    'auto break case char const continue default do double else enum extern float for goto if inline int long ' +
    'register restrict return short signed sizeof static struct switch typedef union unsigned void volatile while ' +
    'asm typeof bool true false errno linux unix stdin stdout stderr main alloca sigmask s6_addr sa_handler ' +
    'si_pid si_uid si_status si_value si_int si_ptr si_addr si_fd st_atime st_ctime st_mtime P_tmpdir'
  ).split(' '),
)
/** Matches names that look like macros from the headers; variables must not have such names. */
const macro = /^[A-Z](?=[A-Z0-9_]*[A-Z_])[A-Z0-9_]*[A-Z0-9]$/
const columnsMax = 100
/** Headers by name, each with the identifiers that need it. */
const headers: Readonly<Record<string, string>> = {
  'arpa/inet.h': 'htonl',
  'errno.h': 'errno EOPNOTSUPP',
  'fcntl.h': 'open fcntl O_NONBLOCK O_RDWR O_CLOEXEC',
  'linux/sockios.h': 'SIOCOUTQ',
  'netinet/in.h': 'sockaddr_in IPPROTO_TCP',
  'netinet/tcp.h': 'TCP_NODELAY',
  'poll.h': 'pollfd POLLNVAL',
  'pthread.h': 'pthread_create',
  'signal.h': 'SIGPIPE kill',
  'stdatomic.h': 'atomic_int',
  'stdbool.h': 'bool',
  'stdint.h': 'uint32_t uint64_t',
  'stdio.h': 'printf snprintf fmemopen tmpfile',
  'stdlib.h': 'exit',
  'string.h': 'strerrorname_np memset',
  'sys/epoll.h': 'epoll_create1 epoll_ctl epoll_wait epoll_event',
  'sys/eventfd.h': 'eventfd eventfd_write',
  'sys/ioctl.h': 'ioctl FIONREAD',
  'sys/resource.h': 'setrlimit',
  'sys/select.h': 'fd_set',
  'sys/sendfile.h': 'sendfile',
  'sys/socket.h': 'socket socketpair send recv accept4 shutdown setsockopt getsockopt',
  'sys/time.h': 'timeval',
  'sys/timerfd.h': 'timerfd_create',
  'sys/wait.h': 'waitpid',
  'time.h': 'clock_gettime',
  'unistd.h': 'read write close pipe2 dup dup2 usleep fork gettid ftruncate',
}

/** A call. If the line would be too long, its last argument goes on a new line. */
function statement(head: string, args: readonly string[]): string {
  const line = `${head}(${args.join(', ')});`
  if (line.length <= columnsMax) return line
  return `${head}(${args.slice(0, -1).join(', ')},\n    ${args.at(-1)});`
}

function lines(text: string, action: Action, scope: Scope): string[] {
  const { first = [], call, opens, isBound } = phraseOf(phrases, action, scope)
  if (opens === undefined) return [...first, statement('say', [quotedInC(text), call])]
  if (opens.length > 1) return openingTwo(text, call, opens, scope)
  const [one] = opens as [string]
  const hasVariable = isBound !== true && scope.isUsedLater(one)
  const head = hasVariable ? `${declared(one, scope)}${scope.id(one)} = opened` : 'opened'
  const noted = scope.isCalledWhenClosed(one)
    ? [
        `${isBound === true ? '' : 'struct sockaddr_in '}${addressName(one, scope)} = address_of(${scope.id(one)});`,
      ]
    : []
  return [...first, statement(head, [quotedInC(text), quotedInC(one), call]), ...noted]
}

function openingTwo(text: string, call: string, names: readonly string[], scope: Scope): string[] {
  const opening = statement('opened_two', [...[text, ...names].map(quotedInC), 'both', call])
  const variables = names.flatMap((name, i) =>
    scope.isUsedLater(name) ? [`${scope.id(name)} = both[${i}]`] : [],
  )
  if (variables.length === 0) return [opening]
  const isLocal = declared(names[0]!, scope) !== ''
  return [opening, isLocal ? `int ${variables.join(', ')};` : `${variables.join('; ')};`]
}

/** Longer than any name in a program, so it cannot collide with one. */
function functionName(thread: string, { id }: Scope): string {
  return `what_thread_${id(thread)}_does`
}

function threadFunction({ name, action }: ActionOf<'thread'>, scope: Scope): string {
  const { call } = phraseOf(phrases, action, scope)
  return `\nstatic const char *${functionName(name, scope)}(void) {\n    return ${call};\n}`
}

/** The statements of main(), and the thread functions. */
function body(scope: Scope): { main: string[]; functions: string[] } {
  const rows: (string | { child: string })[] = []
  const functions: string[] = []
  const children = new Map<string, string[]>()
  for (const operation of scope.operations) {
    const { action, text, asks } = operation
    if (asks) rows.push('', '// What will this be?')
    if (action.op === 'thread') {
      const { name } = action
      functions.push(threadFunction(action, scope))
      rows.push(`struct thread ${scope.id(name)} = {0};`)
      const args = [`&${scope.id(name)}`, quotedInC(text), functionName(name, scope)]
      rows.push(statement('start', args))
    } else if (action.op === 'process') {
      const { name, inherits } = action
      children.set(name, [])
      const head = `struct process ${scope.id(name)} = forked`
      rows.push(statement(head, [quotedInC(text), list(inherits, scope)]), { child: name })
    } else if (action.op === 'in' && scope.isClosed(action.name)) {
      rows.push(statement('say', [quotedInC(text), gone(action.name, scope)]))
    } else if (action.op === 'in') {
      const process = scope.id(action.name)
      children.get(action.name)?.push(`turn(${process});`, ...lines(text, action.action, scope))
      rows.push(`ask(${process});`)
    } else rows.push(...lines(text, action, scope))
    scope.pass(operation)
  }
  const main = rows.flatMap(row =>
    typeof row === 'string' ? row : childLines(scope.id(row.child), children.get(row.child)!),
  )
  return { main, functions }
}

function childLines(process: string, does: readonly string[]): string[] {
  const rows = [...does, `turn(${process});`].map(row => `    ${row.replaceAll('\n', '\n    ')}`)
  return [
    '',
    '// The operations of the child. It performs one each time it is asked.',
    `if (${process}.pid == 0) {`,
    ...rows,
    '}',
    '',
  ]
}

function sizesOf(operations: readonly Operation[]): Sizes {
  let [written, most] = [1, counterBytes]
  for (const { action } of operations) {
    const one = 'action' in action ? action.action : action
    if ('payload' in one && 'bytes' in one.payload) written = Math.max(written, one.payload.bytes)
    if (one.op === 'fill') written = Math.max(written, one.eachBytes)
    if (one.op === 'drain') most = Math.max(most, one.eachBytes)
    else if ('sizeBytes' in one) most = Math.max(most, one.sizeBytes ?? 0)
  }
  return { written, read: most }
}

function strangerLine(name: string, scope: Scope): string {
  return `${declared(name, scope)}${scope.id(name)} = -1; // opened only in another process`
}

function preparations(scope: Scope, statements: string): string[] {
  const said = identifiersIn(statements, silent)
  return [
    ...(scope.has('write', 'fill', 'sendfile')
      ? ['signal(SIGPIPE, SIG_IGN); // a broken pipe then fails with EPIPE']
      : []),
    ...(scope.has('exhaust')
      ? [
          `setrlimit(RLIMIT_NOFILE, &(struct rlimit){${openFiles}, ${openFiles}}); // a low limit for exhaust()`,
        ]
      : []),
    ...(scope.has('process')
      ? ['setvbuf(stdout, NULL, _IOLBF, 0); // two processes print to it']
      : []),
    ...(said.has('bytes') ? ["memset(bytes, 'x', sizeof bytes);"] : []),
    ...scope.strangers.map(name => strangerLine(name, scope)),
    ...(said.has('both') ? ['int both[2]; // for calls that open two descriptors'] : []),
  ]
}

function includesOf(code: string): string[] {
  const said = identifiersIn(code, silent)
  return Object.entries(headers)
    .filter(([, words]) => words.split(' ').some(word => said.has(word)))
    .map(([header]) => `#include <${header}>`)
}

function descriptorsOf(scope: Scope, spell: (name: string) => string): string[] {
  const names = scope.boundNames.filter(name => !/^(thread|process)$/.test(scope.kindOf(name)))
  if (!scope.has('thread') || names.length === 0) return []
  return [`static struct { int ${names.map(spell).join(', ')}; } fd; // all descriptors`]
}

function writeProgram(operations: readonly Operation[], spell: (name: string) => string): string {
  const isOther = new Set(
    operations.flatMap(({ action }) =>
      action.op === 'thread' || action.op === 'process' ? [action.name] : [],
    ),
  )
  const shared = operations.some(({ action }) => action.op === 'thread')
  const id = (name: string): string =>
    shared && !isOther.has(name) ? `fd.${spell(name)}` : spell(name)
  const scope = new Scope(operations, id)
  const { main, functions } = body(scope)
  const statements = main.join('\n')
  const rows = [...preparations(scope, statements), '', ...main].join('\n').split('\n')
  const indented = rows.map(row => (row === '' ? '' : `    ${row}`)).join('\n')
  const own = `${functions.join('\n')}\n\nint main(void) {\n${indented}\n}\n`
  const parts = partsFor(own, partsOf(scope, sizesOf(operations)), silent)
  const constants = [
    ...parts.filter(part => !part.startsWith('\n')),
    ...descriptorsOf(scope, spell),
  ]
  const code = [...constants, ...parts.filter(part => part.startsWith('\n')), own].join('\n')
  const option = shared ? ' -pthread' : ''
  const head = [
    `// gcc -Wall${option} lab.c -o lab && ./lab     (Linux, glibc 2.32 or newer)`,
    '#define _GNU_SOURCE',
    ...includesOf(code),
  ]
  return `${head.join('\n')}\n\n${code}`.replace(/\n{3,}/g, '\n\n')
}

const none: Sizes = { written: 1, read: 1 }
const partNames = new Set(Object.keys(partsOf(new Scope([], name => name), none)))
const declaredWords = new Set(Object.values(headers).flatMap(words => words.split(' ')))

export const c: Dialect = {
  isReserved: word =>
    keywords.has(word) || macro.test(word) || partNames.has(word) || declaredWords.has(word),
  silent,
  write: writeProgram,
}
