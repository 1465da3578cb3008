import assert from 'node:assert/strict'
import { constants } from 'node:os'
import { after, test } from 'node:test'
import { matches, type Operation, parse, Runner, transcriptOf } from '../../lib/lab/index.ts'
import { Machine } from '../../lib/lab/machine/machine.ts'
import { ThreadPool } from '../../lib/lab/machine/thread-pool.ts'
import type { StepResult } from '../../lib/lab/record.ts'
import { EINTR, type Native, native } from '../../lib/sys/index.ts'
import { openDescriptors } from '../support/descriptors.ts'

const runner = new Runner()
after(() => runner.close())

function operationsOf(text: string): readonly Operation[] {
  const parsed = parse(text)
  if ('problems' in parsed) assert.fail(JSON.stringify(parsed.problems))
  return parsed.operations
}

/** Runs a program in this process. Fails if it leaves a descriptor open. */
function run(text: string): StepResult[] {
  const machine = new Machine(new ThreadPool())
  const before = openDescriptors()
  try {
    return operationsOf(text).map(({ action }) => machine.do(action))
  } finally {
    assert.equal(machine.close(), true)
    assert.deepEqual(openDescriptors(), before)
  }
}

/** Each line must have the outcome that it expects, or `ok` if it expects none. */
function assertOutcomes(text: string, steps: readonly Pick<StepResult, 'op' | 'outcome'>[]): void {
  for (const [i, { expected }] of operationsOf(text).entries())
    assert.ok(
      matches(expected ?? 'ok', steps[i]!.outcome),
      `line ${i + 1}:\n${transcriptOf(steps)}`,
    )
}

const programs: Readonly<Record<string, string>> = {
  'a pipe: bytes, texts, queued bytes, the end, and a write without a reader': `
    pipe r w; write w 5 -> 5; read r 3 -> 3; queued r -> 2; read r 10 -> 2; read r 1 -> EAGAIN
    write w "h\\u00e9\\n" -> 4; queued r -> 4; write w 0 -> 0
    close w; read r 10 -> 4; read r 10 -> 0
    pipe x y; close x; write y 1 -> EPIPE`,
  'a pair of sockets: send, recv, peek, read, write, shut': `
    pair a b; send a 5 -> 5; peek b 3 -> 3; recv b 3 -> 3; read b 9 -> 2; recv b 1 -> EAGAIN
    write b "ab" -> 2; read a 9 -> 2; unsent b -> 0; shut a WR; send a 1 -> EPIPE; recv b 1 -> 0
    shut b RDWR; recv a 1 -> 0; error a -> 0`,
  'datagrams keep their boundaries, and bytes that do not fit are lost': `
    pair a b dgram; send a 5 -> 5; send a 3 -> 3; recv b 2 -> 2; recv b 9 -> 3; recv b 1 -> EAGAIN
    send a 5 -> 5; send a 6 -> 6; drain b 3 -> 6, then EAGAIN`,
  'a TCP connection, urgent bytes, options, a reset': `
    tcp c s; send c 5 -> 5; queued s -> 5; unsent c -> *; sendoob c 1 -> 1; ep E; add E s PRI
    wait E 1000 -> s:PRI; recvoob s 1 -> 1; recvoob s 1 -> EINVAL; recv s 9 -> 5
    set s RCVLOWAT 100; set c SNDBUF 4096; set s RCVBUF 4096; set c NODELAY 1; set s RCVTIMEO 1500
    rst c; recv s 1 -> ECONNRESET; error s -> 0; send s 1 -> EPIPE`,
  'a pending error is reported once': `
    tcp c s; rst c; error s -> ECONNRESET; error s -> 0`,
  'two UDP sockets': `
    udp a b; send a 5 -> 5; send a 3 -> 3; recv b 9 -> 5; send b 2 -> 2; recv a 9 -> 2; queued b -> 3
    close a; send b 1 -> 1; send b 1 -> ECONNREFUSED`,
  'a listener: connect, accept, and an empty backlog': `
    listen L; accept s L -> EAGAIN; connect c L -> EINPROGRESS; socket d; connect d L -> EINPROGRESS
    ep E; add E L IN; wait E 1000 -> L:IN
    accept t L; accept u L; accept v L -> EAGAIN; send c 3 -> 3; recv t 9 -> 3; connect c L -> ok
    connect c L -> EISCONN; read s 1 -> EBADF`,
  'a connection to a closed listener is refused': `
    listen L 0; close L; connect c L -> EINPROGRESS; ep E; add E c IN|OUT|RDHUP
    wait E 1000 -> c:IN|OUT|ERR|HUP|RDHUP; error c -> ECONNREFUSED; error c -> 0`,
  'a client can connect to a duplicate of a listener': `
    listen L; dup D L; connect c D -> EINPROGRESS; accept s L; close D; connect d D -> EINPROGRESS; accept t L`,
  'listeners that share a port: each has its own backlog, and a client reaches one that is open': `
    listen L reuseport; connect a L -> EINPROGRESS; listen M 3 reuseport L; ep E; add E L IN; wait E 1000 -> L:IN
    accept s M -> EAGAIN; accept t L; close L; connect b L -> EINPROGRESS; ep F; add F M IN; wait F 1000 -> M:IN
    accept u M; accept v M -> EAGAIN; listen N reuseport L; connect c N -> EINPROGRESS`,
  'a port is shared only between listeners with SO_REUSEPORT': `
    listen L; listen M reuseport L -> EADDRINUSE; connect c M -> EBADF; listen N reuseport M -> EBADF`,
  'connect does not bind a closed name again': `
    listen L; socket c; close c; connect c L -> EBADF`,
  'an eventfd counts': `
    eventfd e 2; write e 3; read e -> 5; read e -> EAGAIN; write e "short" -> EINVAL; read e 4 -> EINVAL
    write e "12345678" -> 8; read e 8 -> >0
    eventfd s 2 semaphore; read s -> 1; read s 8 -> 1; read s -> EAGAIN; drain s -> 0, then EAGAIN
    write s 2; drain s -> 16, then EAGAIN`,
  'a timerfd ticks': `
    timerfd t 1; ep E; add E t IN; wait E 1000 -> t:IN; read t -> 1; read t -> EAGAIN
    timerfd u 1 1; sleep 10; read u -> >5`,
  'files: written, read, and never ready for epoll': `
    open f file; write f 5 -> 5; read f 5 -> 0; ep E; add E f IN -> EPERM; poll f -> f:IN|OUT
    open d directory; read d 1 -> EISDIR; open z null; read z 1 -> 0; write z 5 -> EBADF
    open zz zero; read zz 5 -> 5; drain zz 4194304 -> 16777216; open R random; add E R IN
    open u urandom; read u 8 -> 8; open m mounts; read m 10 -> 10; add E m PRI; write m 1 -> EBADF`,
  'add, mod, del, and what the kernel refuses': `
    pipe r w; ep E; add E r IN; add E r IN -> EEXIST; mod E w OUT -> ENOENT; del E w -> ENOENT
    add E E IN -> EINVAL; mod E r IN|ONESHOT; del E r; add E r 0; write w 1 -> 1; wait E -> nothing
    mod E r IN|ET; wait E -> r:IN; wait E -> nothing; mod E r IN|EXCLUSIVE -> EINVAL`,
  'wait: the order of becoming ready, how many, and the time': `
    pipe a b; pipe c d; ep E; add E a IN; add E c IN; write d 1 -> 1; write b 1 -> 1
    wait E -> c:IN, a:IN; wait E max=1 -> c:IN; wait E max=1 -> a:IN; ep F; wait F 20 -> nothing`,
  'poll and select report in the order of their arguments': `
    pipe r w; tcp c s; ep E; poll r w c E -> w:OUT, c:OUT; select w r -> w:OUT; write w 1 -> 1
    sendoob c 1 -> 1; add E r IN; poll r w E -> r:IN, w:OUT, E:IN; select E r w -> E:IN, r:IN, w:OUT
    select s -> s:PRI|OUT; select r -> r:IN; close w; close c; poll r s -> r:IN|HUP, s:*RDHUP`,
  'poll and select of closed descriptors': `
    pipe r w; close r; poll r w -> r(closed):NVAL, w:OUT|ERR; select r w -> EBADF; select w -> w:IN|OUT`,
  'fill and drain: until EAGAIN, until the end': `
    pipe r w; fill w -> 65536, then EAGAIN; drain r -> 65536, then EAGAIN
    fill w 2049 -> 32784, then EAGAIN; close w; drain r -> 32784, then 0; drain r -> 0, then 0
    close r; drain r -> 0, then EBADF; pipe x y; close x; fill y -> 0, then EPIPE`,
  'a connection that is reset while it is drained': `
    tcp c s; send c 5 -> 5; recv s 1 -> 1; send s 3 -> 3; rst c; drain s -> 4, then ECONNRESET`,
  'sendfile sends as much as there is room for': `
    pair a b; sendfile a 5000 -> 5000; queued b -> 5000; drain b -> 5000, then EAGAIN
    tcp c s; sendfile c 4194304 -> >10000; sendfile c 4194304 -> EAGAIN or >0; pair x y; close y; sendfile x 5 -> EPIPE`,
  'spin counts its wakeups, and fails if its epoll is closed': `
    pipe r w; ep E; spin E 5 -> 0; add E w OUT; spin E 10 -> >10; close E; spin E 100 -> EBADF`,
  'dup: another name of the same file': `
    pipe r w; dup d r; ep E; add E r IN; add E d IN|ET; write w 1 -> 1; wait E -> d:IN, r:IN; wait E -> r:IN
    close r; wait E -> r(closed):IN; del E r -> EBADF; del E d; wait E -> r(closed):IN; read d 9 -> 1
    dup x r -> EBADF; read x 1 -> EBADF`,
  'dup2: the number refers to another file': `
    pipe r w; pipe x y; write y 4 -> 4; dup2 x r; read r 9 -> 4; write w 1 -> EPIPE
    dup2 r r; close x; dup2 x r -> EBADF; write y 1 -> 1; read r 9 -> 1; dup2 x x -> EBADF`,
  'dup2 puts a file back under a number that was closed': `
    pipe r w; ep E; add E r IN; dup d r; close r; del E r -> EBADF; dup2 d r; del E r
    write w 1 -> 1; wait E -> nothing; read r 9 -> 1`,
  'a reused number refers to the new file': `
    pipe r w; ep E; add E r IN; dup d r; close r; pipe x y; write w 1 -> 1; wait E -> x:IN
    read r 1 -> EAGAIN; write y 3 -> 3; read r 9 -> 3; close r; close x -> EBADF; wait E -> x(closed):IN`,
  'dup2 onto a number that another name reused replaces that file': `
    pipe r w; pipe a b; close r; pipe x y; write b 2 -> 2; dup2 a r; close a; read r 9 -> 2
    read x 1 -> EAGAIN; close x; read r 1 -> EBADF`,
  'operations on closed names fail with EBADF': `
    pipe r w; ep E; close r; close r -> EBADF; read r 1 -> EBADF; add E r IN -> EBADF; queued r -> EBADF
    setblocking r -> EBADF
    close E; wait E -> EBADF; add E w OUT -> EBADF; dup d E -> EBADF`,
  'a socket that is not connected': `
    socket s; recv s 1 -> ENOTCONN; send s 1 -> EPIPE; shut s WR -> ENOTCONN; ep E; add E s IN|OUT
    wait E -> s:OUT|HUP; rst s; rst s -> EBADF`,
  'exclusive and nested epolls': `
    ep A; ep B; add A B IN; add B A IN -> ELOOP; eventfd e 1; add B e IN|EXCLUSIVE; wait A -> B:IN; wait B -> e:IN`,
  'names that every JavaScript object has are ordinary names': `
    pipe constructor toString; write toString 1 -> 1; ep hasOwnProperty; add hasOwnProperty constructor IN
    wait hasOwnProperty -> constructor:IN`,
}

for (const [name, text] of Object.entries(programs)) {
  test(name, () => assertOutcomes(text, run(text)))
}

/** Programs that need a separate process, because they block or use up all descriptors. */
const aparts: Readonly<Record<string, string>> = {
  'exhaust opens as many descriptors as possible, and release closes them': `
    listen L; connect c L -> EINPROGRESS; exhaust -> EMFILE; accept s L -> EMFILE; pipe r w -> EMFILE
    release 2 -> 2; pipe x y; write y 1 -> 1; read x 9 -> 1; release -> >10; release -> 0
    accept t L; read s 1 -> EBADF`,
  'each open at the descriptor limit fails with EMFILE, and later uses of the name fail with EBADF': `
    listen L; pipe r w; exhaust -> EMFILE; pair a b -> EMFILE; tcp c s -> EMFILE; udp d e -> EMFILE
    socket f -> EMFILE; listen M -> EMFILE; connect g L -> EMFILE; eventfd h -> EMFILE
    timerfd i 5 -> EMFILE; open j file -> EMFILE; ep E -> EMFILE; dup k r -> EMFILE
    process P -> EMFILE; sendfile b 5 -> EMFILE; read a 1 -> EBADF; wait E -> EBADF; poll a r -> nothing
    select a -> EBADF; in P sleep 1 -> ESRCH; exit P -> ESRCH; release -> >10; ep F; connect g L -> EBADF`,
  'sendfile fails with EMFILE if only one descriptor is free': `
    pair a b; exhaust -> EMFILE; release 1 -> 1; sendfile a 5 -> EMFILE; release 1 -> 1; sendfile a 5 -> 5`,
  'closing a closed name whose number exhaust reused closes that descriptor': `
    pipe r w; close r; exhaust -> EMFILE; read r 8 -> EAGAIN; close r; ep E; release -> >10; wait E -> nothing`,
  'thread: blocked or back, join, done': `
    pipe r w; setblocking r; ep E; add E r IN; thread A wait E 1000 -> blocked; thread B wait E -> back
    join A 0 -> blocked; done A B -> 1; write w 1 -> 1; join A 1000 -> r:IN; join B -> nothing; done A B -> 2
    join A -> r:IN; read r 1 -> 1; thread C read r 9 -> blocked; write w 3 -> 3; join C -> 3`,
  'each operation that a thread can do': `
    pair a b; pipe r w; setblocking a; ep E; thread T1 add E r IN -> back; join T1; thread T2 mod E r 0 -> back; join T2
    thread T3 del E r -> back; join T3; thread T4 send a 4 -> back; join T4 -> 4; thread T5 recv b 2 -> back; join T5 -> 2
    thread T6 drain b -> back; join T6 -> 2, then EAGAIN; thread T7 shut a RDWR -> back; join T7
    thread T8 sleep 10 -> blocked; join T8 1000`,
  'a thread gets EBADF for a name that was closed before': `
    pipe toString w; close toString; thread T read toString 1 -> back; join T -> EBADF`,
  'a blocked thread is detected even if no descriptor is left': `
    pipe r w; setblocking r; exhaust -> EMFILE; thread T read r 1 -> blocked; write w 1 -> 1; join T -> 1`,
  'a process inherits only the named descriptors, and its own names are separate': `
    pipe r w; ep E; eventfd q 1; add E r IN; process P r E; close r; write w 1 -> 1; wait E -> r(closed):IN
    in P wait E -> r:IN; in P read r 9 -> 1; in P read q -> EBADF; in P wait E 10 -> nothing
    in P pipe x y; in P write y 2 -> 2; in P add E x IN; wait E -> *:IN; del E x -> EBADF; read x 1 -> EBADF
    exit P; wait E -> nothing; in P read r 1 -> ESRCH; exit P -> ESRCH; write w 1 -> EPIPE`,
  'each operation that a process can do': `
    process P; in P pair a b; in P send a 5 -> 5; in P recv b 3 -> 3; in P ep E; in P eventfd e 1
    in P add E e IN; in P mod E e IN|ET; in P wait E -> e:IN; in P del E e; in P dup d b; in P close b
    in P read d 9 -> 2; in P write d 1 -> 1; in P read e -> 1; in P sleep 5; in P close b -> EBADF`,
  'a closed name cannot be inherited, even if the lab reuses its number': `
    pipe r w; close r; process P r -> EBADF; in P read r 1 -> ESRCH; process Q w; write w 1 -> EPIPE; in Q sleep 1`,
  'four processes on one pipe': `
    pipe r w; process A r; process B r; process C r; process D r; write w 4 -> 4
    in A read r 1 -> 1; in B read r 1 -> 1; in C read r 1 -> 1; in D read r 1 -> 1; in A read r 1 -> EAGAIN`,
}

for (const [name, text] of Object.entries(aparts)) {
  test(name, async () => assertOutcomes(text, (await runner.run(operationsOf(text))).steps))
}

test('a step has the return value, the errno, the events with their flags, and the opened descriptors', () => {
  const steps = run('pipe r w; ep E; add E r IN|RDHUP; write w 2; wait E; read r 9; read r 1')
  const [pipe, ep, add, write, wait, read, again] = steps
  assert.deepEqual(Object.keys(pipe!.opened), ['r', 'w'])
  assert.ok(pipe!.opened['w']! > pipe!.opened['r']!)
  assert.deepEqual([add!.result, add!.errno, add!.opened], [0, null, {}])
  assert.deepEqual([ep!.result, write!.result, read!.result], [ep!.opened['E'], 2, 2])
  assert.deepEqual(wait, {
    op: 'wait E',
    result: 1,
    errno: null,
    events: [{ name: 'r', mask: ['IN'] }],
    outcome: 'r:IN',
    opened: {},
  })
  assert.deepEqual([again!.result, again!.errno, again!.outcome], [null, 'EAGAIN', 'EAGAIN'])
})

test('running a program again gives the same descriptor numbers', () => {
  const text = 'pipe r w; tcp c s; ep E; close r; udp a b; timerfd t 5; open f file; dup d w'
  const numbers = () => run(text).map(({ opened }) => opened)
  assert.deepEqual(numbers(), numbers())
})

test('nameOf() returns the descriptor number if it never had a name', () => {
  const machine = new Machine(new ThreadPool())
  assert.equal(machine.descriptors.nameOf(150), 'fd 150')
  machine.close()
})

const everything = `
  pipe r w; pair a b dgram; tcp c s; udp u v; listen L; connect k L; accept q L; eventfd e 1; timerfd t 5
  open f file; ep E; add E r IN; dup d r; dup2 d w; close a; socket o; sendfile c 10; rst s`

test('a machine closed after any number of operations leaves nothing open', () => {
  const operations = operationsOf(everything)
  for (let count = 0; count <= operations.length; count++) {
    const before = openDescriptors()
    const machine = new Machine(new ThreadPool())
    for (const { action } of operations.slice(0, count)) machine.do(action)
    assert.equal(machine.close(), true)
    assert.deepEqual(openDescriptors(), before, `after ${count} operations`)
    assert.equal(machine.close(), true, 'a second time')
  }
})

/** Operations that open something, each with the native calls in it that may fail. */
const openings: Readonly<Record<string, readonly (keyof Native)[]>> = {
  'pipe n m': ['pipe2'],
  'pair n m': ['socketpair'],
  'tcp n m': ['socket', 'bind', 'getsockname', 'listen', 'connect', 'accept4', 'fcntl'],
  'udp n m': ['socket', 'bind', 'getsockname', 'connect'],
  'socket n': ['socket'],
  'listen n': ['socket', 'bind', 'getsockname', 'listen'],
  'listen n reuseport': ['socket', 'setsockopt', 'bind', 'getsockname', 'listen'],
  'connect n L': ['socket'],
  'accept n L': ['accept4'],
  'eventfd n': ['eventfd'],
  'timerfd n 5': ['timerfdCreate', 'timerfdSettime'],
  'open n file': ['openat'],
  'ep n': ['epollCreate1'],
  'dup n r': ['dup'],
  'sendfile a 5': ['openat', 'sendfile'],
}
const twice = new Set(['tcp socket', 'udp socket', 'udp bind', 'udp getsockname', 'udp connect'])

for (const [text, calls] of Object.entries(openings)) {
  for (const call of calls) {
    const times = twice.has(`${text.split(' ')[0]} ${call}`) ? [0, 1] : [0]
    for (const at of times) {
      test(`'${text}' reports the errno if ${call}() fails${at > 0 ? ' the second time' : ''}, and leaves nothing open`, context => {
        const machine = new Machine(new ThreadPool())
        context.after(() => machine.close())
        for (const { action } of operationsOf('listen L; connect c L; pipe r w; pair a b'))
          machine.do(action)
        const there = openDescriptors()
        const fault = context.mock.method(native, call as 'socket')
        fault.mock.mockImplementationOnce(() => -constants.errno.ENOBUFS, at)
        const operations = operationsOf(`listen L; connect c L; pipe r w; pair a b; ${text}`)
        const done = machine.do(operations.at(-1)!.action)
        fault.mock.restore()
        assert.deepEqual([done.outcome, done.errno, done.opened], ['ENOBUFS', 'ENOBUFS', {}])
        assert.deepEqual(openDescriptors(), there)
      })
    }
  }
}

test('a wait that a signal interrupts continues for the rest of its timeout', context => {
  const machine = new Machine(new ThreadPool())
  const operations = operationsOf('ep E; wait E 20')
  machine.do(operations[0]!.action)
  const { mock: wait } = context.mock.method(native, 'epollWait')
  wait.mockImplementationOnce(() => EINTR)
  const start = performance.now()
  assert.equal(machine.do(operations[1]!.action).outcome, 'nothing')
  assert.equal(wait.callCount(), 2)
  assert.ok(performance.now() - start >= 19)
  machine.close()
})
