"""A contestant's end of the line, as io.leibniz.verify.contest speaks it: numbers of steps in, microseconds out.

Every contestant is started as `python FILE.py WORK THREADS …`.
"""
import importlib
import os
import signal
import sys
import time

signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it without a word

WORK = sys.argv[1]
THREADS = int(sys.argv[2])
os.environ["OMP_NUM_THREADS"] = str(THREADS)


def answer(text):
    print("> " + text, flush=True)


def needed(module, install):
    """The module, or the end of this contestant with a sentence that says what to do."""
    try:
        return importlib.import_module(module)
    except ImportError as e:
        if getattr(e, "name", None) != module:
            raise
        answer(f"missing {module} is not installed; pip install {install}")
        sys.exit()


def serve(step, finish=lambda: None):
    """step() is one step and gives its value, which float() must take; finish() waits until all of it is done."""
    answer("ready")
    for line in sys.stdin:
        if line.strip() == "quit":
            break
        start = time.perf_counter()
        for _ in range(int(line)):
            value = step()
        finish()
        micros = (time.perf_counter() - start) * 1e6
        answer(f"{micros} {float(value)}")
    sys.stdout.flush()
    os._exit(0)
