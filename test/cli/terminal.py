"""Runs a command on its own pseudo-terminal: terminal.py COLUMNS ROWS COMMAND...

stdin: lines of JSON, {"keys": "..."}, {"signal": 15}, or {"columns": 60, "rows": 20}. stdout: the command's output.
stderr: after the command has ended, one line of JSON with its status and whether it restored the terminal.
"""
import fcntl
import json
import os
import select
import struct
import subprocess
import sys
import termios


def resize(fd, columns, rows):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))


def obey(child, master, line):
    wish = json.loads(line)
    if 'keys' in wish:
        os.write(master, wish['keys'].encode())
    elif 'signal' in wish:
        child.send_signal(wish['signal'])
    else:
        resize(master, wish['columns'], wish['rows'])


def main(columns, rows, *command):
    master, slave = os.openpty()
    resize(master, int(columns), int(rows))
    before = termios.tcgetattr(slave)
    child = subprocess.Popen(
        command, stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
    pidfd = os.pidfd_open(child.pid)
    inputs = [0, master, pidfd]
    kept = b''
    while True:
        ready = select.select(inputs, [], [])[0]
        if master in ready:
            os.write(1, os.read(master, 65536))
        elif pidfd in ready:
            break
        elif 0 in ready:
            data = os.read(0, 65536)
            if data == b'':
                child.kill()
                inputs.remove(0)
            *lines, kept = (kept + data).split(b'\n')
            for line in lines:
                obey(child, master, line)
    status = child.wait()
    restored = termios.tcgetattr(slave) == before
    print(json.dumps({'status': status, 'restored': restored}), file=sys.stderr)


main(*sys.argv[1:])
