"""The reference for differential.test.ts: runs scripts of operations on select.epoll.

stdin: a JSON list of scripts, each a list of operations (see script.ts). stdout: for each script, the result of each
operation.
"""

import errno
import json
import os
import re
import select
import socket
import sys

NAMES = [
    "EPOLLIN", "EPOLLPRI", "EPOLLOUT", "EPOLLERR", "EPOLLHUP", "EPOLLRDNORM", "EPOLLRDBAND",
    "EPOLLWRNORM", "EPOLLWRBAND", "EPOLLMSG", "EPOLLRDHUP", "EPOLLEXCLUSIVE", "EPOLLONESHOT",
    "EPOLLET",
]
CHUNK = b"x" * 2048


def mask_of(names):
    return sum(getattr(select, name) for name in names)


def names_of(mask):
    found = [name for name in NAMES if mask & getattr(select, name)]
    rest = mask & ~mask_of(found)
    return found if rest == 0 else found + [hex(rest)]


class Plain:
    """A descriptor for which Python has no class: an end of a pipe, or an eventfd."""

    def __init__(self, fd, counts=False):
        self.fd = fd
        self.counts = counts

    def fileno(self):
        return self.fd

    def close(self):
        os.close(self.fd)

    def write(self, size):
        return os.eventfd_write(self.fd, size) if self.counts else os.write(self.fd, b"x" * size)

    def read(self, size):
        return os.eventfd_read(self.fd) if self.counts else len(os.read(self.fd, size))


class Stream:
    def __init__(self, sock):
        sock.setblocking(False)
        self.sock = sock
        self.fileno, self.close = sock.fileno, sock.close

    def write(self, size):
        return self.sock.send(b"x" * size)

    def read(self, size):
        return len(self.sock.recv(size))

    def shutdown(self, how):
        self.sock.shutdown(how)


def is_closed(thing):
    return isinstance(thing, select.epoll) and thing.closed


class Machine:
    def __init__(self):
        self.slots = {}

    def run(self, operation):
        verb, *arguments = operation
        try:
            answer = getattr(self, verb)(*arguments)
        except BlockingIOError:
            return "again"
        except OSError as error:
            return errno.errorcode[error.errno]
        except ValueError as error:
            return "closed" if "closed" in str(error) else "range"
        except TypeError:
            return "type"
        return "ok" if answer is None else answer

    def close_all(self):
        for thing in self.slots.values():
            thing.close()

    def target(self, target):
        return target if isinstance(target, int) else self.slots[target]

    def name_of(self, fd):
        opened = [(name, thing) for name, thing in self.slots.items() if not is_closed(thing)]
        return next(name for name, thing in opened if thing.fileno() == fd)

    def epoll(self, name):
        self.slots[name] = select.epoll()

    def eventfd(self, name, initial):
        flags = os.EFD_NONBLOCK | os.EFD_CLOEXEC
        self.slots[name] = Plain(os.eventfd(initial, flags), counts=True)

    def pipe(self, reader, writer):
        fds = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self.slots[reader], self.slots[writer] = Plain(fds[0]), Plain(fds[1])

    def pair(self, one, other):
        ends = socket.socketpair()
        self.slots[one], self.slots[other] = Stream(ends[0]), Stream(ends[1])

    def register(self, epoll, target, *names):
        masks = [mask_of(names[0])] if names else []
        self.slots[epoll].register(self.target(target), *masks)

    def modify(self, epoll, target, names):
        self.slots[epoll].modify(self.target(target), mask_of(names))

    def unregister(self, epoll, target):
        self.slots[epoll].unregister(self.target(target))

    def poll(self, epoll, maxevents):
        events = self.slots[epoll].poll(0, maxevents)
        return [[self.name_of(fd), names_of(mask)] for fd, mask in events]

    def interest(self, epoll):
        with open(f"/proc/self/fdinfo/{self.slots[epoll].fileno()}") as fdinfo:
            lines = re.findall(r"^tfd:\s*(\d+) events:\s*([0-9a-f]+)", fdinfo.read(), re.M)
        return sorted([self.name_of(int(fd)), names_of(int(mask, 16))] for fd, mask in lines)

    def write(self, name, size):
        return self.slots[name].write(size)

    def read(self, name, size):
        return self.slots[name].read(size)

    def fill(self, name):
        try:
            while True:
                self.slots[name].write(len(CHUNK))
        except BlockingIOError:
            return "full"

    def shutdown(self, name, how):
        self.slots[name].shutdown(how)

    def close(self, name):
        self.slots[name].close()
        if not isinstance(self.slots[name], select.epoll):
            del self.slots[name]


def transcript(script):
    machine = Machine()
    try:
        return [machine.run(operation) for operation in script]
    finally:
        machine.close_all()


json.dump([transcript(script) for script in json.load(sys.stdin)], sys.stdout)
