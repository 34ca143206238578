"""checks.py: one line for each check that holds; the first that does not ends the test."""
import threading

COUNT = [0]


def check(what, good, seen=""):
    COUNT[0] += 1
    print(f"{'ok' if good else 'FAILED'} {what} {'' if good else seen}", flush=True)
    if not good:
        raise SystemExit(1)


def tell_count():
    print(f"{COUNT[0]} checks")


def side_by_side(plays):
    """Each in a thread of its own, where a check that fails ends that thread alone. How many ended so."""
    wrong = []

    def run(play):
        try:
            play()
        except BaseException as trouble:
            wrong.append(trouble)
            raise

    threads = [threading.Thread(target=run, args=(play,)) for play in plays]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(wrong)
