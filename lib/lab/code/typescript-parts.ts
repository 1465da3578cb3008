import type { Scope } from './scope.ts'

/** The parts of TypeScript programs, each under the name that it defines. A program has only the parts that it uses. */
export function partsOf(scope: Scope): Readonly<Record<string, string>> {
  return { ...reporting(scope), ...opening, ...moving, ...closing }
}

function reporting(scope: Scope): Record<string, string> {
  const flags = "maskNames(mask).replaceAll('EPOLL', '')"
  const words = scope.has('poll') ? `mask & POLLNVAL ? 'NVAL' : ${flags}` : flags
  return {
    O_TMPFILE: 'const O_TMPFILE = 0o20000000 | constants.O_DIRECTORY',
    names: 'const names = new Map<number, string>() // the names of descriptor numbers',
    exhausted: 'const exhausted: EventFd[] = []',
    most: 'const most = 16 * 2 ** 20 // the maximum to transfer: /dev/zero never ends',
    say: `
function say(op: string, outcome: string): void {
  console.log(\`\${op.padEnd(${scope.width})} -> \${outcome}\`)
}`,
    outcomeOf: `
/** The outcome of a call: its result, or the error's name. If it would block, epollet returns null. */
function outcomeOf(call: () => unknown): string {
  try {
    const result = call()
    if (result === null) return 'EAGAIN'
    if (result instanceof Uint8Array) return String(result.length)
    return result === undefined ? 'ok' : String(result)
  } catch (error) {
    if (error instanceof Error && 'code' in error) return String(error.code)
    throw error
  }
}`,
    step: `
function step(op: string, call: () => unknown): void {
  say(op, outcomeOf(call))
}`,
    opened: `
/** Makes a call that opens descriptors. Remembers their names, because events carry only numbers. */
function opened<T extends Descriptor[]>(
  op: string,
  open: () => [...T] | null,
  ...newNames: string[]
): T {
  const descriptors: Descriptor[] = []
  const outcome = outcomeOf(() => {
    const result = open()
    descriptors.push(...(result ?? []))
    return result && 'ok'
  })
  say(op, outcome)
  for (const [i, one] of descriptors.entries()) names.set(one.fileno(), newNames[i]!)
  return descriptors as T
}`,
    events: `
/** Events in words: r:IN|HUP, w:OUT. */
function events(ready: [number, number][]): string {
  const words = ready.map(([number, mask]) => {
    const flags = ${words}
    return \`\${names.get(number) ?? \`fd \${number}\`}:\${flags}\`
  })
  return words.join(', ') || 'nothing'
}`,
    spin: `
/** Waits in a loop without handling any event. Returns the number of wakeups. */
function spin(epoll: Epoll, ms: number): number {
  const end = performance.now() + ms
  let woken = 0
  for (let left = ms; left > 0; left = end - performance.now()) {
    if (epoll.poll(left).length > 0) woken++
  }
  return woken
}`,
    polled: `
/** The descriptors that are ready now, from poll(2). */
function polled(...descriptors: Descriptor[]): [number, number][] {
  const poll = new Poll()
  for (const one of descriptors) poll.register(one, POLLIN | POLLOUT | POLLRDHUP)
  return poll.poll(0)
}`,
    selected: `
/** The descriptors that are ready now, from select(2), with the corresponding bits of epoll. */
function selected(...descriptors: Descriptor[]): [number, number][] {
  const sets = select(descriptors, descriptors, descriptors, 0)
  const bits = [EPOLLIN, EPOLLOUT, EPOLLPRI]
  const masks = descriptors.map((one): [number, number] => [
    one.fileno(),
    bits.reduce((mask, bit, i) => (sets[i]!.includes(one) ? mask | bit : mask), 0),
  ])
  return masks.filter(([, mask]) => mask !== 0)
}`,
  }
}

const opening: Readonly<Record<string, string>> = {
  pipe: `
function pipe(): [PipeReader, PipeWriter] {
  const { reader, writer } = new Pipe()
  return [reader, writer]
}`,
  datagrams: `
/** Two sockets, each connected to the other. */
function datagrams(domain: number, address: AddressLike): [Socket, Socket] {
  const one = new Socket({ domain, type: SOCK_DGRAM })
  const other = new Socket({ domain, type: SOCK_DGRAM })
  one.bind(address)
  other.bind(address)
  one.connect(other.getsockname())
  other.connect(one.getsockname())
  return [one, other]
}`,
  tcp: `
/** A connection over loopback: client and server, both non-blocking. */
function tcp(): [Socket, Socket] {
  const client = new Socket({ blocking: true })
  const listener = listening(1)
  client.connect(listener.getsockname())
  const [server] = listener.accept()!
  listener.close()
  client.setblocking(false)
  return [client, server]
}`,
  listening: `
/** A listener on loopback, with a port that the kernel chooses. */
function listening(backlog: number): Socket {
  const listener = new Socket()
  listener.bind({ host: '127.0.0.1', port: 0 })
  listener.listen(backlog)
  return listener
}`,
  sharing: `
/** A listener with SO_REUSEPORT. Other listeners may have the same address and share its connections. */
function sharing(backlog: number, address: AddressLike): Socket {
  const listener = new Socket()
  listener.setsockopt(SOL_SOCKET, SO_REUSEPORT, 1)
  listener.bind(address)
  listener.listen(backlog)
  return listener
}`,
  accepted: `
function accepted(listener: Socket): [Socket] | null {
  const next = listener.accept()
  return next && [next[0]]
}`,
  timer: `
function timer(initialMs: number, intervalMs: number): TimerFd {
  const timerfd = new TimerFd()
  timerfd.set({ initialMs, intervalMs })
  return timerfd
}`,
  exhaust: `
/** Opens descriptors until the kernel refuses. Node raises the soft limit, so run 'ulimit -n 256' before. */
function exhaust(): void {
  for (let i = 0; i < 4096; i++) exhausted.push(new EventFd())
  throw new Error('the descriptor limit is too high, run: (ulimit -n 256; node lab.ts)')
}`,
  release: `
/** Closes descriptors that exhaust() opened, but at most this many. */
function release(count: number): number {
  const freed = exhausted.splice(0, count)
  for (const one of freed) one.close()
  return freed.length
}`,
}

const moving: Readonly<Record<string, string>> = {
  fill: `
/** Writes until the kernel accepts no more bytes. */
function fill(write: () => number | null): string {
  let total = 0
  while (total < most) {
    const outcome = outcomeOf(write)
    if (!/^\\d+$/.test(outcome)) return \`\${total}, then \${outcome}\`
    total += Number(outcome)
  }
  return String(total)
}`,
  drain: `
/** Reads until no bytes are left. */
function drain(read: () => Buffer | number | null): string {
  let total = 0
  while (total < most) {
    const outcome = outcomeOf(read)
    if (!/^[1-9]\\d*$/.test(outcome)) return \`\${total}, then \${outcome}\`
    total += Number(outcome)
  }
  return String(total)
}`,
  sendfile: `
/** Calls sendfile(2) with a new file of this size. */
function sendfile(socket: Socket, size: number): number | null {
  const file = File.open(tmpdir(), { flags: O_TMPFILE | constants.O_RDWR })
  try {
    ftruncateSync(file.fileno(), size)
    return socket.sendfile(file, 0, size)
  } finally {
    file.close()
  }
}`,
  queued: `
/** Counts the received bytes by peeking, because Node has no ioctl(2) for FIONREAD. */
function queued(socket: Socket): number {
  return socket.recv(most, MSG_PEEK | MSG_DONTWAIT)?.length ?? 0
}`,
  errorOf: `
/** The pending error of a socket. Reading it clears it. */
function errorOf(socket: Socket): string {
  const errno = socket.getsockopt(SOL_SOCKET, SO_ERROR)
  return errno === 0 ? '0' : getSystemErrorName(-errno)
}`,
  sleep: `
function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}`,
}

const closing: Readonly<Record<string, string>> = {
  close: `
/** Closes a descriptor, and remembers the name of its number: later events may still carry it. */
function close(descriptor: Descriptor): void {
  const number = descriptor.fileno()
  descriptor.close()
  names.set(number, \`\${names.get(number)}(closed)\`)
}`,
  closeNumber: `
/** Closes the number behind the object's back, so that later calls fail in the kernel and not in epollet. */
function closeNumber(descriptor: Descriptor): void {
  const number = descriptor.fileno()
  closeSync(number)
  names.set(number, \`\${names.get(number)}(closed)\`)
}`,
  reset: `
/** Closes with a reset: SO_LINGER with a timeout of 0 makes close() send one. */
function reset(socket: Socket, close: (descriptor: Descriptor) => void): void {
  socket.setsockopt(SOL_SOCKET, SO_LINGER, new Uint8Array(new Int32Array([1, 0]).buffer))
  close(socket)
}`,
}
