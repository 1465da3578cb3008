# Step 3, non-blocking: Python's sockets block by default, and so do accepted ones.
import select
import socket
import sys

port = int(sys.argv[1]) if len(sys.argv) > 1 else 7788

listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("", port))
listener.listen(10)
listener.setblocking(False)
print(listener.getsockname())

epoll = select.epoll()
epoll.register(listener.fileno(), select.EPOLLIN | select.EPOLLET)

connections = {}
addresses = {}

while True:
    for fd, events in epoll.poll():
        if fd == listener.fileno():
            while True:
                try:
                    connection, address = listener.accept()
                except BlockingIOError:
                    break
                connection.setblocking(False)
                print(f"有新的客户端到来{address}")
                connections[connection.fileno()] = connection
                addresses[connection.fileno()] = address
                epoll.register(connection.fileno(), select.EPOLLIN | select.EPOLLET)
        elif events == select.EPOLLIN:
            connection = connections[fd]
            text = connection.recv(1024).decode("utf-8")
            if text:
                print(f"recv:{text}")
            else:
                epoll.unregister(fd)
                connection.close()
                print(f"{addresses[fd]}---offline---")
                del connections[fd]
                del addresses[fd]
