"""The interpreter's own `_socket` with one function that lies: the runner must find it.

Contract: only `inet_aton` differs. Source: CPython's `importlib`, for a module that is built in.
"""

import _imp
import importlib.machinery
import importlib.util
import sys

_this = sys.modules["_socket"]
if "_socket" in sys.builtin_module_names:
    _spec = importlib.machinery.ModuleSpec("_socket", importlib.machinery.BuiltinImporter, origin="built-in")
    _own = _imp.create_builtin(_spec)
    _imp.exec_builtin(_own)
    # An old module in C has put itself here.
    sys.modules["_socket"] = _this
else:
    # Of another package, so that it is not this one again.
    _loader = importlib.machinery.ExtensionFileLoader("own._socket", "@OWN@")
    _own = importlib.util.module_from_spec(importlib.util.spec_from_loader("own._socket", _loader))
    _loader.exec_module(_own)
globals().update({name: value for name, value in vars(_own).items() if not name.startswith("__")})


def inet_aton(text):
    return b"\1\2\3\4"
