# Step 13, for contrast, in Python: a process for each connection, by fork(). There is no epoll; everything may block.
import codecs
import os
import signal
import socket
import sys

port = int(sys.argv[1]) if len(sys.argv) > 1 else 7788


def talk(connection, address):
    utf8 = codecs.getincrementaldecoder("utf-8")("replace")
    while True:
        data = connection.recv(1024)
        if not data:
            break
        print(f"recv:{utf8.decode(data)}")
    connection.close()
    print(f"{address}---offline---")


listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("", port))
listener.listen(10)
print(listener.getsockname())

signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel reaps the children

while True:
    connection, address = listener.accept()
    pid = os.fork()
    if pid == 0:
        listener.close()
        talk(connection, address)
        sys.exit()
    connection.close()  # the child has its own copy; while this copy is open, the client sees no end of stream
    print(f"有新的客户端到来{address} pid:{pid}")
