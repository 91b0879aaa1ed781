"""The only file operations of a store, each a plain function that does one thing.

Every other module of this room calls ``durable.link(...)`` and the like, so that one place can
record, refuse or tear each operation. What the operations mean for a commit is not here but in
``commit``; which names a store has is in ``layout``. All functions raise ``OSError``.
"""

from __future__ import annotations

import errno
import fcntl
import mmap
import os
import stat as stat_bits
import sys
from pathlib import Path
from typing import Final, NamedTuple

AnyPath = str | os.PathLike[str]
"""How callers name a folder."""

NO_HARD_LINKS: Final = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS})
"""What ``link`` reports where the file system has no hard links, or forbids this one."""

TOO_MANY_LINKS: Final = frozenset({errno.EMLINK})
"""What ``link`` reports of a file that has all the names it can have."""

NO_LOCKS: Final = frozenset({errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS})
"""What ``lock`` reports where the file system has no locks."""

NOT_WRITABLE: Final = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
"""What making a folder reports on a read-only disk, or where somebody else is the owner."""

OCCUPIED: Final = frozenset({errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR})
"""What ``rename`` reports of a folder whose new name another one has."""

READ_ONLY: Final = 0o444
"""Mode of what is never changed once written; the descriptor that created it may still write."""


class Status(NamedTuple):
    """What a name stands for; a symbolic link stands for itself."""

    is_regular: bool
    is_directory: bool
    size: int
    """Bytes."""
    device: int
    inode: int
    modified: int
    """Nanoseconds since 1970."""


def absolute(path: AnyPath) -> Path:
    """Return a path that stays right when the process changes its working directory."""
    return Path(os.path.abspath(path))


def cache_home() -> Path:
    """Return the folder where this user keeps what programs can make again."""
    named = os.environ.get("XDG_CACHE_HOME", "")
    # The XDG specification has relative paths ignored.
    return Path(named) if os.path.isabs(named) else Path(os.path.expanduser("~")) / ".cache"


def process_id() -> int:
    """Return the number of this process, which a fork changes."""
    return os.getpid()


def host_name() -> str:
    """Return the name of this machine."""
    return os.uname().nodename


def stat(path: Path) -> Status:
    """Look at a name without following it."""
    found = os.lstat(path)
    return Status(
        stat_bits.S_ISREG(found.st_mode),
        stat_bits.S_ISDIR(found.st_mode),
        found.st_size,
        found.st_dev,
        found.st_ino,
        found.st_mtime_ns,
    )


def list_directory(path: Path) -> list[str]:
    """Return the names in a folder, sorted."""
    return sorted(os.listdir(path))


def make_directory(path: Path) -> None:
    """Make a folder that must not exist yet."""
    os.mkdir(path)


def create(path: Path) -> int:
    """Create a file that must not exist yet, read-only for all who open it later."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, READ_ONLY)


def write(descriptor: int, data: bytes | bytearray) -> None:
    """Write all of `data`, in as many pieces as the system takes."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def write_at(descriptor: int, data: bytes, offset: int) -> None:
    """Write all of `data` at a place of its own, leaving where the next write goes."""
    rest = memoryview(data)
    while rest:
        written = os.pwrite(descriptor, rest, offset)
        rest, offset = rest[written:], offset + written


def fsync(descriptor: int) -> None:
    """Bring a file to the disk. After a failure the file is lost: never call it again."""
    if sys.platform == "darwin":
        try:
            # fsync leaves the data in the drive's cache there.
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
            return
        except OSError as error:
            if error.errno not in {errno.ENOTSUP, errno.EINVAL, errno.ENOTTY}:
                raise
    os.fsync(descriptor)


def fsync_directory(path: Path) -> None:
    """Bring the names in a folder to the disk."""
    descriptor = open_directory(path)
    try:
        fsync(descriptor)
    finally:
        close(descriptor)


def link(existing: Path, new: Path) -> None:
    """Give a file a second name, which must not exist yet."""
    os.link(existing, new)


def rename(old: Path, new: Path) -> None:
    """Give a file another name, silently replacing what had it; a folder only replaces nothing."""
    os.rename(old, new)


def unlink(path: Path) -> None:
    """Remove a name of a file."""
    os.unlink(path)


def remove_directory(path: Path) -> None:
    """Remove an empty folder."""
    os.rmdir(path)


def remove_tree(path: Path) -> None:
    """Remove a folder with all that is in it, following no symbolic link."""
    for name in list_directory(path):
        entry = path / name
        if stat(entry).is_directory:
            remove_tree(entry)
        else:
            unlink(entry)
    remove_directory(path)


def open_file(path: Path) -> int:
    """Open a regular file for reading; a link, pipe, device or folder is refused."""
    # Without O_NONBLOCK, opening a pipe would wait for a writer.
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    descriptor = os.open(path, flags)
    if not stat_bits.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    return descriptor


def open_directory(path: Path) -> int:
    """Open a folder, to lock it or to bring its names to the disk."""
    return os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_DIRECTORY)


def open_lock_file(path: Path) -> int:
    """Open a file that serves as a lock, creating it if need be."""
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    return os.open(path, flags, 0o666)


def read(descriptor: int, size: int) -> bytes:
    """Read at most `size` bytes from where the last read ended; none at the end."""
    return os.read(descriptor, size)


Mapped = mmap.mmap
"""A file in memory."""


def map_file(path: Path) -> Mapped:
    """Map a regular file that is not empty into memory, for reading; pages come when touched."""
    descriptor = open_file(path)
    try:
        return mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ)
    finally:
        close(descriptor)


def map_scratch(path: Path, size: int) -> Mapped:
    """Create a file of zeros and map it for reading and writing: work space, never durable."""
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    descriptor = os.open(path, flags, 0o600)
    try:
        os.ftruncate(descriptor, size)
        return mmap.mmap(descriptor, size)
    finally:
        close(descriptor)


def overwrite(descriptor: int, data: bytes) -> None:
    """Replace the content of a small file in place: for notes that nobody relies on."""
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, data, 0)


def lock(descriptor: int, *, shared: bool = False) -> bool:
    """Lock a file or folder without waiting; False if somebody else's lock is in the way.

    The lock belongs to the open file and not to the process (``flock``, not ``lockf``), so that
    closing another descriptor of the same file keeps it; the kernel drops it when the process
    dies.
    """
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def unlock(descriptor: int) -> None:
    """Drop a lock, also for forked processes that inherited the descriptor."""
    fcntl.flock(descriptor, fcntl.LOCK_UN)


def close(descriptor: int) -> None:
    """Close a descriptor."""
    os.close(descriptor)
