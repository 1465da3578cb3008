# Step 6, bytes are not text: a tolerant decoder for each connection.
import codecs
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
decoders = {}

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
                decoders[connection.fileno()] = codecs.getincrementaldecoder("utf-8")("replace")
                epoll.register(connection.fileno(), select.EPOLLIN | select.EPOLLET)
        elif events & (select.EPOLLIN | select.EPOLLERR | select.EPOLLHUP):
            connection = connections[fd]
            while True:
                try:
                    data = connection.recv(1024)
                except BlockingIOError:
                    break
                except ConnectionResetError:
                    data = b""
                if data:
                    text = decoders[fd].decode(data)
                    print(f"recv:{text}")
                else:
                    epoll.unregister(fd)
                    connection.close()
                    print(f"{addresses[fd]}---offline---")
                    del connections[fd]
                    del addresses[fd]
                    del decoders[fd]
                    break
