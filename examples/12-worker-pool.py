# Step 12, a pool of workers, in Python: one thread waits for all clients, and a pool of threads does the work.
# (CPython's threads share one interpreter lock; a quick question still doesn't wait for a slow one.)
import collections
import concurrent.futures
import select
import socket
import sys

port = int(sys.argv[1]) if len(sys.argv) > 1 else 7788
pool_size = 4
line_length_max = 80
below_max = 10_000_000
listener_id = 0


class Client:
    def __init__(self, socket):
        self.socket = socket
        self.text = ""
        self.asking = False


def count_primes(below):
    def is_prime(n):
        divisor = 2
        while divisor * divisor <= n and n % divisor != 0:
            divisor += 1
        return divisor * divisor > n

    return sum(1 for n in range(2, below) if is_prime(n))


listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("", port))
listener.listen(128)
listener.setblocking(False)
print(listener.getsockname())

epoll = select.epoll()
epoll.register(listener.fileno(), select.EPOLLIN | select.EPOLLET)

# Python's epoll returns only the descriptor's number, so a client is an object: if the client has left, its answer
# finds the socket closed, even if the number has been reused.
clients = {}
pool = concurrent.futures.ThreadPoolExecutor(pool_size)

# The pool's threads put their answers here, and wake poll() with a byte through this pair.
answers = collections.deque()
awake, wake = socket.socketpair()
awake.setblocking(False)
epoll.register(awake.fileno(), select.EPOLLIN | select.EPOLLET)


def work(client, below):
    answers.append((client, count_primes(min(below, below_max))))
    wake.send(b"!")


def hang_up(client):
    epoll.unregister(client.socket.fileno())
    del clients[client.socket.fileno()]
    client.socket.close()


def ask(client):
    """Reads one line and queues its question; later bytes stay in the kernel, or here, until the answer is sent."""
    while not client.asking:
        line, end, rest = client.text.partition("\n")
        if end:
            client.asking = True
            client.text = rest
            pool.submit(work, client, int(line) if line.isdigit() else 0)
            return
        try:
            data = client.socket.recv(1024)
        except BlockingIOError:
            return
        if not data or len(client.text) > line_length_max:
            return hang_up(client)
        client.text += data.decode("latin-1")


def reply(client, primes):
    if client.socket.fileno() < 0:
        return  # the client has left
    client.asking = False
    answer = f"{primes}\n".encode()
    if client.socket.send(answer) == len(answer):
        ask(client)
    else:
        hang_up(client)  # it sends requests and doesn't read the answers


def accept_all():
    while True:
        try:
            connection, address = listener.accept()
        except BlockingIOError:
            return
        connection.setblocking(False)
        clients[connection.fileno()] = Client(connection)
        epoll.register(connection.fileno(), select.EPOLLIN | select.EPOLLET)


def reply_all():
    try:
        while awake.recv(1024):
            pass
    except BlockingIOError:
        pass
    while answers:
        client, primes = answers.popleft()
        attempt(client, lambda: reply(client, primes))


def attempt(client, action):
    try:
        action()
    except OSError:
        hang_up(client)


while True:
    for fd, events in epoll.poll():
        if fd == listener.fileno():
            accept_all()
        elif fd == awake.fileno():
            reply_all()
        elif fd in clients:
            attempt(clients[fd], lambda: ask(clients[fd]))
