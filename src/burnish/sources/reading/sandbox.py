"""Takes away from the running process what a parser never needs: files to write, network, other programs.

Linux on x86_64 and aarch64: resource limits, no_new_privs and a seccomp filter over all threads; a network
namespace of its own besides, where the machine lets an ordinary process have one. Sources: seccomp(2),
linux/filter.h, linux/audit.h, and the system call tables of the kernel.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import struct
import sys

PR_SET_NO_NEW_PRIVS = 38
SECCOMP_SET_MODE_FILTER, TSYNC = 1, 1
CLONE_NEWNET, CLONE_NEWUSER = 0x40000000, 0x10000000
ALLOW, REFUSE_EPERM, KILL = 0x7FFF0000, 0x00050000 | 1, 0x80000000
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC

# audit architecture, number of seccomp(2), {open call: argument that holds its flags}, calls that get EPERM:
# network, io_uring (which could do all), changes of the file system, other programs and processes, namespaces
MACHINES = {
    "x86_64": (
        0xC000003E,
        317,
        {2: 1, 257: 2},
        (
            *(41, 42, 43, 44, 49, 50, 53, 288, 307, 425, 426, 427),
            *(
                437,
                85,
                76,
                82,
                83,
                84,
                86,
                87,
                88,
                90,
                91,
                92,
                93,
                94,
                133,
                258,
                259,
                260,
                263,
                264,
                265,
                266,
                268,
            ),
            *(316, 452, 188, 189, 190, 280, 132, 235, 261, 319, 165, 428, 429, 430, 442),
            *(57, 58, 59, 322, 101, 310, 311, 62, 424, 434, 438, 321, 272, 308, 250, 323, 298),
        ),
    ),
    "aarch64": (
        0xC00000B7,
        277,
        {56: 2},
        (
            *(198, 199, 200, 201, 202, 203, 206, 242, 269, 425, 426, 427),
            *(
                437,
                45,
                33,
                34,
                35,
                36,
                37,
                38,
                276,
                52,
                53,
                54,
                55,
                452,
                5,
                6,
                7,
                88,
                279,
                40,
                428,
                429,
                430,
                442,
            ),
            *(221, 281, 117, 270, 271, 129, 424, 434, 438, 280, 97, 268, 219, 282, 241),
        ),
    ),
}


def confine(*, memory_mb: int, cpu_s: int) -> str:
    """Limit this process for good; returns what keeps it off the network.

    "seccomp+namespace", "seccomp", or "none" (not Linux, or the kernel refuses: the caller decides).
    """
    limit_resources(memory_mb, cpu_s)
    if not sys.platform.startswith("linux"):
        return "none"
    namespace = own_network()
    if not filter_calls():
        return "none"
    return "seccomp+namespace" if namespace else "seccomp"


def limit_resources(memory_mb: int, cpu_s: int) -> None:
    """Address space, processor time, no bytes written to files, few descriptors, no core dump."""
    lower(resource.RLIMIT_CPU, cpu_s)
    lower(resource.RLIMIT_FSIZE, 0)
    lower(resource.RLIMIT_NOFILE, 64)
    lower(resource.RLIMIT_CORE, 0)
    if sys.platform != "darwin":  # macOS refuses a limit on address space
        lower(resource.RLIMIT_AS, memory_mb << 20)


def lower(what: int, to: int) -> None:
    """Set soft and hard limit, never above the hard limit already there."""
    _, hard = resource.getrlimit(what)
    at = to if hard == resource.RLIM_INFINITY else min(to, hard)
    resource.setrlimit(what, (at, at))


def own_network() -> bool:
    """Move into an empty network namespace; False where the machine does not permit it."""
    libc = ctypes.CDLL(None, use_errno=True)
    return bool(libc.unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0)


def filter_calls() -> bool:
    """Install the seccomp filter on all threads; False where kernel or processor do not know it."""
    machine = MACHINES.get(platform.machine())
    if machine is None:
        return False
    _, number, _, _ = machine
    program = filter_program(platform.machine())
    held = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(held))
    libc = ctypes.CDLL(None, use_errno=True)
    nothing = ctypes.c_ulong(0)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, ctypes.c_ulong(1), nothing, nothing, nothing) != 0:
        return False
    return bool(libc.syscall(ctypes.c_long(number), SECCOMP_SET_MODE_FILTER, TSYNC, header) == 0)


def filter_program(machine: str) -> bytes:
    """The filter as BPF instructions of 8 bytes: another architecture dies, listed calls get EPERM."""
    architecture, _, opens, refused = MACHINES[machine]
    load, equal, at_least, any_bit, answer = 0x20, 0x15, 0x35, 0x45, 0x06
    code = [(load, 0, 0, 4), (equal, 1, 0, architecture), (answer, 0, 0, KILL), (load, 0, 0, 0)]
    if machine == "x86_64":  # the x32 twins of all calls
        code += [(at_least, 0, 1, 0x40000000), (answer, 0, 0, REFUSE_EPERM)]
    for call, flags in opens.items():
        code += [
            (equal, 0, 4, call),
            (load, 0, 0, 16 + 8 * flags),
            (any_bit, 0, 1, WRITING),
            (answer, 0, 0, REFUSE_EPERM),
            (answer, 0, 0, ALLOW),
        ]
    for call in refused:
        code += [(equal, 0, 1, call), (answer, 0, 0, REFUSE_EPERM)]
    code.append((answer, 0, 0, ALLOW))
    return b"".join(struct.pack("HBBI", *each) for each in code)
