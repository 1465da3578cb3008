"""Runs a program without openat2: a seccomp filter answers it with an errno.

seccomp.py ERRNO PROGRAM [ARGUMENT ...]
"""

import ctypes
import errno
import os
import struct
import sys

PR_SET_SECCOMP = 22
PR_SET_NO_NEW_PRIVS = 38
SECCOMP_MODE_FILTER = 2
SECCOMP_RET_ALLOW = 0x7FFF0000
SECCOMP_RET_ERRNO = 0x00050000
OPENAT2 = 437  # on every architecture
BPF_LD_W_ABS = 0x20
BPF_JEQ_K = 0x15
BPF_RET_K = 0x06


class Program(ctypes.Structure):
    """struct sock_fprog"""

    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


def filter_that_answers(number: int) -> bytes:
    rows = [
        (BPF_LD_W_ABS, 0, 0, 0),  # the number of the system call
        (BPF_JEQ_K, 0, 1, OPENAT2),
        (BPF_RET_K, 0, 0, SECCOMP_RET_ERRNO | number),
        (BPF_RET_K, 0, 0, SECCOMP_RET_ALLOW),
    ]
    return b"".join(struct.pack("HBBI", *row) for row in rows)


def prctl(*arguments) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(*arguments) != 0:
        sys.exit(f"prctl: {os.strerror(ctypes.get_errno())}")


rows = filter_that_answers(getattr(errno, sys.argv[1]))
program = Program(len(rows) // 8, rows)
prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program))
os.execvp(sys.argv[2], sys.argv[2:])
