"""board.py: arms the named points of bot/base/fault.h, and reads how often each was passed and struck."""
import mmap
import re
import struct

from demo import ROOT

ROW = struct.Struct("=III")
NAMES = re.findall(r"FAULT\(([a-z_]+), \"", (ROOT / "bot/base/fault.h").read_text())

# Passed only at a start, so that somebody must die first; and what is passed only when an operator brings a list.
STARTS = {"lease_taken": "bot", "load_record": "bot", "load_end": "bot", "key_written": "bot", "key_renamed": "bot", "key_synced": "bot",
          "child_started": "web", "child_ended": "bot", "link_open": "web", "journal_read": "web"}
BACKLOG = ("marks_kept",)  # passed only where rows stood in line: backlog.py strikes there
POINTS = [name for name in NAMES if name not in BACKLOG]
SUPERVISOR = ("child_started", "child_ended")
LISTS = ("control_in", "job_rows", "key_written", "key_renamed", "key_synced")
PASSINGS = {"load_record": 40, "journal_read": 200}  # how many there may be to choose from; else one, or a few


class Board:
    def __init__(self, path):
        path.write_bytes(bytes(ROW.size * len(NAMES)))
        self.file = open(path, "r+b")
        self.rows = mmap.mmap(self.file.fileno(), 0)

    def row(self, name):
        """(passings still to go, passings, deaths)"""
        return ROW.unpack_from(self.rows, ROW.size * NAMES.index(name))

    def arm(self, name, passing):
        struct.pack_into("=I", self.rows, ROW.size * NAMES.index(name), passing)

    def deaths(self, name):
        return self.row(name)[2]

    def draw(self, name, chance):
        """A passing to die at."""
        return 1 + chance.randrange(PASSINGS.get(name, 1 if name in STARTS or name in LISTS else 4))

    def close(self):
        self.rows.close()
        self.file.close()


assert NAMES, "fault.h lists no points"
