"""Whether another process of this computer is still running."""

from __future__ import annotations

import os
import sys
from typing import Any

#: Windows: the right to wait for a process, the result of waiting for one that has not ended, and the error for a
#: process of another user (winnt.h, synchapi.h, winerror.h).
_SYNCHRONIZE, _WAIT_TIMEOUT, _ACCESS_DENIED = 0x00100000, 0x102, 5


def is_running(number: int) -> bool:
    """Return whether the process with this number is running."""
    if sys.platform == "win32":
        return _is_running_on_windows(number)
    try:
        os.kill(number, 0)  # the signal 0 only checks whether there is such a process
    except PermissionError:  # it belongs to another user
        return True
    except (ProcessLookupError, OverflowError):
        return False
    return True


def _is_running_on_windows(number: int) -> bool:
    import ctypes

    system: Any = ctypes
    kernel = system.WinDLL("kernel32", use_last_error=True)
    process = kernel.OpenProcess(_SYNCHRONIZE, False, number)
    if not process:
        return bool(system.get_last_error() == _ACCESS_DENIED)
    try:
        return bool(kernel.WaitForSingleObject(process, 0) == _WAIT_TIMEOUT)
    finally:
        kernel.CloseHandle(process)
