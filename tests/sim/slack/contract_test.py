#!/usr/bin/python3
"""contract_test.py: mentord-slack speaks the link as its page says: the adapters' suite, and every bad frame."""
import subprocess
import sys

sys.dont_write_bytecode = True

from harbour import ROOT, Harbour

CONTRACT = ROOT / "tests/contract"


def main():
    with Harbour(bot=False) as harbour:
        harbour.up()
        poke = harbour.folder / "poke.sh"
        poke.write_text(f"#!/bin/sh\ncurl -sf {harbour.slack.control}say -d '{{\"who\":\"aisha\",\"text\":\"hello\"}}' >/dev/null\n")
        poke.chmod(0o755)
        suite = [sys.executable, CONTRACT / "link_client.py", "--address", harbour.address, "--workspace", harbour.workspace, "suite",
                 "--person", harbour.slack.ids["aisha"], "--poke", str(poke)]
        bad = [sys.executable, CONTRACT / "bad_frames.py", "adapter", harbour.address, harbour.workspace]
        codes = [subprocess.run(command, timeout=240, check=False).returncode for command in (suite, bad)]
    return 1 if any(codes) else 0


if __name__ == "__main__":
    sys.exit(main())
