"""checks.py: one line for each check that holds; the first that does not ends the test."""
COUNT = [0]


def check(what, good, seen=""):
    COUNT[0] += 1
    print(f"{'ok' if good else 'FAILED'} {what} {'' if good else seen}", flush=True)
    if not good:
        raise SystemExit(1)


def tell_count():
    print(f"{COUNT[0]} checks")
