# Step 8, send all: keep the bytes that the kernel didn't take, and continue when EPOLLOUT reports room.
import re
import select
import socket
import sys

port = int(sys.argv[1]) if len(sys.argv) > 1 else 7890
documents_root = "./html"
not_found = "file not found, 请输入正确的url"

listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("", port))
listener.listen(128)
listener.setblocking(False)
print(f"http服务器使用的port:{listener.getsockname()}")

epoll = select.epoll()
epoll.register(listener.fileno(), select.EPOLLIN | select.EPOLLET)

connections = {}
unsent = {}


def answer_to(request):
    """The answer to a request, head and body."""
    target = re.match(r"[^ ]* ?([^ \r]*)", request).group(1)
    file_name = "/index.html" if target == "/" else target
    try:
        with open(documents_root + file_name, "rb") as file:
            body = file.read()
    except (OSError, ValueError):
        head = "HTTP/1.1 404 not found\r\n"
        head += "Content-Type: text/plain; charset=utf-8\r\n"
        head += f"Content-Length: {len(not_found)}\r\n\r\n"
        return (head + not_found).encode("utf-8")
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode("utf-8") + body


def send(connection, answer):
    """Sends as much as the kernel takes and keeps the rest. Returns True if nothing is left."""
    rest = memoryview(answer)
    while len(rest) > 0:
        try:
            rest = rest[connection.send(rest) :]
        except BlockingIOError:
            break
    unsent[connection] = rest
    return len(rest) == 0


def serve(connection):
    """Answers the requests that have arrived, one at a time. Returns False at the end of the stream."""
    if not send(connection, unsent[connection]):
        return True
    while True:
        try:
            data = connection.recv(1024)
        except BlockingIOError:
            return True
        if not data:
            return False
        request = data.decode("utf-8", "replace")
        sent = send(connection, answer_to(request))
        print(request.split("\r\n")[0])
        if not sent:
            return True


def hang_up(fd):
    epoll.unregister(fd)
    del unsent[connections[fd]]
    connections[fd].close()
    del connections[fd]


while True:
    for fd, events in epoll.poll():
        if fd == listener.fileno():
            while True:
                try:
                    connection, address = listener.accept()
                except BlockingIOError:
                    break
                connection.setblocking(False)
                connections[connection.fileno()] = connection
                unsent[connection] = b""
                epoll.register(connection.fileno(), select.EPOLLIN | select.EPOLLOUT | select.EPOLLET)
        else:
            try:
                if not serve(connections[fd]):
                    hang_up(fd)
            except OSError:
                hang_up(fd)
