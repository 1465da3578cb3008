import type { Scope } from './scope.ts'

/** The parts of programs in Python, each under the name that it defines. A program has only the parts that it uses. */
export function partsOf(scope: Scope): Readonly<Record<string, string>> {
  return { ...reporting(scope), ...opening, ...moving, ...changing(scope), ...others }
}

function reporting(scope: Scope): Record<string, string> {
  const flush = scope.has('process') ? ', flush=True' : ''
  // Both prefixes name the same values, but only POLL has NVAL.
  const prefix = scope.flags.includes('NVAL') ? 'POLL' : 'EPOLL'
  const none = scope.has('exhaust')
    ? 'return (None,) * len(new_names) if len(new_names) > 1 else None'
    : 'return None'
  return {
    EPOLLWAKEUP: `EPOLLWAKEUP = 1 << 29  # select has no name for it`,
    STREAM: `STREAM = socket.SOCK_STREAM | socket.SOCK_NONBLOCK`,
    DGRAM: `DGRAM = socket.SOCK_DGRAM | socket.SOCK_NONBLOCK`,
    FLAGS: `FLAGS = (${scope.flags.map(flag => `"${flag}"`).join(', ')})`,
    names: `names = {}  # the names of descriptor numbers`,
    exhausted: `exhausted = []`,
    say: `
def say(op, outcome):
    print(f"{op:<${scope.width}} -> {outcome}"${flush})`,
    outcome_of: `
def outcome_of(call):
    """The outcome of a call: its result, or the name of the error."""
    try:
        result = call()
    except OSError as error:
        return errno.errorcode[error.errno]
    return "ok" if result is None else str(result)`,
    step: `
def step(op, call):
    say(op, outcome_of(call))`,
    opened: `
def opened(op, call, *new_names):
    """Makes a call that opens descriptors. Remembers their names, because events carry only numbers."""
    try:
        result = call()
    except OSError as error:
        say(op, errno.errorcode[error.errno])
        ${none}
    for name, one in zip(new_names, result if len(new_names) > 1 else [result]):
        number = one if isinstance(one, int) else one.fileno()
        names[number] = name
    say(op, "ok")
    return result`,
    events: `
def events(ready):
    """Events in words: r:IN|HUP, w:OUT."""
    words = []
    for number, mask in ready:
        name = names.get(number, f"fd {number}")
        flags = [flag for flag in FLAGS if mask & getattr(select, "${prefix}" + flag)]
        words.append(f"{name}:{'|'.join(flags) or 0}")
    return ", ".join(words) or "nothing"`,
    spin: `
def spin(epoll, seconds):
    """Waits in a loop without handling any event. Returns the number of wakeups."""
    end = time.monotonic() + seconds
    woken = 0
    while (left := end - time.monotonic()) > 0:
        if epoll.poll(left):
            woken += 1
    return woken`,
    polled: `
def polled(*numbers):
    """The descriptors that are ready now, from poll(2)."""
    poll = select.poll()
    for number in numbers:
        poll.register(number, select.POLLIN | select.POLLOUT | select.POLLRDHUP)
    return poll.poll(0)`,
    selected: `
def selected(*numbers):
    """The descriptors that are ready now, from select(2), with the corresponding bits of epoll."""
    sets = select.select(numbers, numbers, numbers, 0)
    bits = (select.EPOLLIN, select.EPOLLOUT, select.EPOLLPRI)
    masks = [sum(bit for bit, ready in zip(bits, sets) if number in ready) for number in numbers]
    return [(number, mask) for number, mask in zip(numbers, masks) if mask]`,
  }
}

const opening: Readonly<Record<string, string>> = {
  tcp: `
def tcp():
    """A connection over loopback: client and server, both non-blocking."""
    client = socket.socket()
    listener = socket.create_server(("127.0.0.1", 0), backlog=1)
    client.connect(listener.getsockname())
    server, _ = listener.accept()
    listener.close()
    client.setblocking(False)
    server.setblocking(False)
    return client, server`,
  udp: `
def udp():
    """Two sockets on loopback, each connected to the other."""
    one = socket.socket(type=DGRAM)
    other = socket.socket(type=DGRAM)
    one.bind(("127.0.0.1", 0))
    other.bind(("127.0.0.1", 0))
    one.connect(other.getsockname())
    other.connect(one.getsockname())
    return one, other`,
  listening: `
def listening(backlog):
    """A listener on loopback, with a port that the kernel chooses."""
    listener = socket.socket(type=STREAM)
    listener.bind(("127.0.0.1", 0))
    listener.listen(backlog)
    return listener`,
  sharing: `
def sharing(backlog, address=("127.0.0.1", 0)):
    """A listener with SO_REUSEPORT. Others may have the same address and share its connections."""
    listener = socket.socket(type=STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listener.bind(address)
    listener.listen(backlog)
    return listener`,
  accept: `
def accept(listener):
    connection, _ = listener.accept()
    connection.setblocking(False)
    return connection`,
  timerfd: `
def timerfd(first_ms, every_ms):
    """Calls timerfd_create(2) and timerfd_settime(2), which Python's os module has only since 3.13."""
    libc = ctypes.CDLL(None, use_errno=True)
    number = libc.timerfd_create(time.CLOCK_MONOTONIC, os.O_NONBLOCK | os.O_CLOEXEC)
    # struct itimerspec: the interval, then the first expiration, each in seconds and nanoseconds
    every = divmod(every_ms * 1_000_000, 1_000_000_000)
    first = divmod(first_ms * 1_000_000, 1_000_000_000)
    if number < 0 or libc.timerfd_settime(number, 0, struct.pack("4l", *every, *first), None) < 0:
        raise OSError(ctypes.get_errno(), "timerfd")
    return number`,
  exhaust: `
def exhaust():
    """Opens descriptors until the kernel refuses."""
    while True:
        exhausted.append(os.eventfd(0))`,
  release: `
def release(count):
    """Closes descriptors that exhaust() opened, but at most this many."""
    freed = exhausted[:count]
    del exhausted[:count]
    for number in freed:
        os.close(number)
    return len(freed)`,
}

const moving: Readonly<Record<string, string>> = {
  MOST: 'MOST = 16 * 2**20  # the maximum to transfer: /dev/zero never ends',
  counted: `
def counted(number):
    """Reads the counter of an eventfd or a timerfd."""
    return int.from_bytes(os.read(number, 8), sys.byteorder)`,
  fill: `
def fill(number, data):
    """Writes until the kernel accepts no more bytes."""
    total = 0
    while total < MOST:
        try:
            total += os.write(number, data)
        except OSError as error:
            return f"{total}, then {errno.errorcode[error.errno]}"
    return total`,
  drain: `
def drain(number, each):
    """Reads until no bytes are left."""
    total = 0
    while total < MOST:
        try:
            data = os.read(number, each)
        except OSError as error:
            return f"{total}, then {errno.errorcode[error.errno]}"
        if not data:
            return f"{total}, then 0"
        total += len(data)
    return total`,
  sendfile: `
def sendfile(number, size):
    """Calls sendfile(2) with a new file of this size."""
    with tempfile.TemporaryFile() as file:
        file.truncate(size)
        return os.sendfile(number, file.fileno(), 0, size)`,
  how_many: `
def how_many(number, request):
    """Calls ioctl(2) with FIONREAD, or with TIOCOUTQ, which equals SIOCOUTQ."""
    return struct.unpack("i", fcntl.ioctl(number, request, bytes(4)))[0]`,
  error_of: `
def error_of(sock):
    """The pending error of a socket. Reading it clears it."""
    number = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    return errno.errorcode[number] if number else 0`,
}

function changing(scope: Scope): Record<string, string> {
  return {
    close: scope.tellsEvents
      ? `
def close(number):
    """Closes a number, and remembers its name: later events may still carry it."""
    os.close(number)
    names[number] += "(closed)"`
      : `
def close(number):
    """Closes by number, so that later calls with the number fail in the kernel."""
    os.close(number)`,
    reset: `
def reset(sock):
    """Closes with a reset: SO_LINGER with a timeout of 0 makes close() send one."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    close(sock.fileno())`,
  }
}

const others: Readonly<Record<string, string>> = {
  Thread: `
class Thread(threading.Thread):
    """A thread that makes one call, which may block in the kernel."""

    def __init__(self, op, call):
        super().__init__(daemon=True)
        self.call = call
        self.outcome = None
        self.start()
        while self.outcome is None and not self.sleeps():
            time.sleep(0.001)
        say(op, "blocked" if self.outcome is None else "back")

    def run(self):
        self.outcome = outcome_of(self.call)

    def sleeps(self):
        """Whether it sleeps in a system call. In futex(2), which is 202 or 98, it waits for Python."""
        try:
            with open(f"/proc/self/task/{self.native_id}/syscall") as file:
                call = file.read().split()[0]
        except OSError:
            return False
        return call not in ("running", "-1", "202", "98")

    def result(self, seconds):
        self.join(seconds)
        return self.outcome or "blocked"`,
  done: `
def done(*threads):
    return sum(thread.outcome is not None for thread in threads)`,
  Process: `
class Process:
    """A forked child. It keeps some descriptors, and performs one operation each time it is asked."""

    def __init__(self, op, operations, *keeps):
        self.link, link = socket.socketpair()
        self.pid = os.fork()
        if self.pid == 0:
            self.link.close()
            self.keep(keeps)
            steps = operations()
            while link.recv(1) == b"?":
                next(steps)
                link.send(b"!")
            os._exit(0)
        link.close()
        say(op, "ok")

    def keep(self, keeps):
        """A forked child inherits all descriptors. The ones it must not keep are replaced by /dev/null."""
        nowhere = os.open("/dev/null", os.O_RDWR)
        for number in [number for number in names if number not in keeps]:
            os.dup2(nowhere, number)
            del names[number]
        os.close(nowhere)

    def ask(self):
        self.link.send(b"?")
        self.link.recv(1)

    def exit(self):
        self.link.send(b".")
        os.waitpid(self.pid, 0)`,
}
