"""What can keep the stack from starting, said to the person at the keyboard."""


class StackError(Exception):
    """The stack cannot start or go on; the message names the cause and what to do about it."""


class AlreadyRunning(StackError):
    """Another supervisor holds this folder; it is left alone."""


class PortInUse(StackError):
    """Another program listens on the port that the web server needs."""


class DiskFull(StackError):
    """The disk has no room for what the servers must write."""
