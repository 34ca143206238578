#!/usr/bin/python3
"""town_tls.py: a real bot reaches the crier by wss://, with a throw-away authority: who is let in, who is not, what the log says.

usage: town_tls.py
Every wait has a deadline; prints one line a check, and their count.
"""
import asyncio
import re
import secrets
import shutil
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

from authority import Authority
from town import Town, TownBot
from checks import check, tell_count


def link_to(town, **changes):
    link = {"name": "town", "address": f"wss://localhost:{town.address.rsplit(':', 1)[1]}", "token_file": town.token_file,
            "workspaces": f"[{town.workspace}]", **changes}
    return {key: value for key, value in link.items() if value is not None}


async def first_line(town, pattern, env=None, **changes):
    """What a new bot logs about this link; then it ends."""
    bot = TownBot([link_to(town, **changes)], env=env).start()
    try:
        return await bot.logged(pattern), bot.log()
    finally:
        bot.end()


async def a_talk(town, ca):
    bot = TownBot([link_to(town, ca_file=ca)]).start()
    try:
        await bot.logged("link_up link=town")
        said = town.hall.say("aisha", "help")
        await town.hall.wait("an answer", lambda: [entry for entry in town.hall.told("aisha") if entry["n"] > said])
        check("by TLS, with a token, somebody is answered", True)
        await town.kill_and_start()
        said = town.hall.say("aisha", "I want a mentor")
        await town.hall.wait("an answer", lambda: [entry for entry in town.hall.told("aisha") if entry["n"] > said])
        check("and again when the adapter was killed and came back", bot.log().count("link_up link=town") == 2, bot.log())
        bot.kill("mentord")
        said = town.hall.say("aisha", "help")
        await town.hall.wait("an answer", lambda: [entry for entry in town.hall.told("aisha") if entry["n"] > said])
        check("and when the bot was", bot.log().count("link_up link=town") == 3, bot.log())
        token = town.token_file.read_text().strip()
        check("the token stands in no log", token not in bot.log() and token not in town.errors())
    finally:
        bot.end()


async def wrong_certificates(folder, ca, others):
    rows = [("of another authority", ca.cert("good", "localhost"), others.file, {}),
            ("that the system does not know", ca.cert("good2", "localhost"), None, {}),
            ("for another host", ca.cert("other-host", "elsewhere.example"), ca.file, {}),
            ("that has ended", ca.cert("ended", "localhost", days=-1), ca.file, {})]
    for what, cert, trusted, env in rows:
        async with Town(port=True, cert=cert) as town:
            line, log = await first_line(town, "link_down link=town", env=env, ca_file=trusted)
            check(f"a certificate {what} is refused", re.search(r"note=.*(certificate|cert|tls)", line, re.I) and "link_up" not in log, log)
    async with Town(port=True, cert=ca.cert("good3", "localhost")) as town:
        line, log = await first_line(town, "link_(up|down) link=town", env={"SSL_CERT_FILE": str(ca.file)})
        check("without ca_file the system's store counts", "link_up" in line, log)


async def wrong_tokens(folder, cert, ca):
    async with Town(port=True, cert=cert) as town:
        wrong = folder / "wrong.token"
        wrong.write_text(secrets.token_hex(24))
        wrong.chmod(0o600)
        line, log = await first_line(town, "link_refused link=town", ca_file=ca, token_file=wrong)
        check("a wrong token is 4001, and the line names the setting", "code=4001" in line and "token_file" in line, line)
        check("the token is not in the log", wrong.read_text() not in log and town.token_file.read_text().strip() not in log, log)
        wrong.chmod(0o644)
        line, log = await first_line(town, "link_down link=town", ca_file=ca, token_file=wrong)
        check("a token file that others can read is not used", "mode 0644" in line and "chmod 600" in line and "link_up" not in log, line)
    async with Town(port=True) as town:  # no TLS there
        line, log = await first_line(town, "link_down link=town", ca_file=ca)
        check("a port without TLS is no link", "link_up" not in log, log)


async def wrong_settings(folder, ca):
    rows = [({"address": "wss://localhost:1", "token_file": None}, "`token_file: town.token`"),
            ({"address": "wss://10.0.0.7:7801"}, "not a number"),
            ({"address": "10.0.0.7:7801"}, "write wss://host:port"),
            ({"address": "wss://adapter.example/path"}, "wss://host:port"),
            ({"address": "127.0.0.1:7801", "ca_file": ca}, "`ca_file` is for"),
            ({"address": "wss://localhost:1", "ca_file": folder / "none.pem"}, "`ca_file`"),
            ({"address": "wss://localhost:1", "insecure": "yes"}, "unknown key `insecure`")]
    for changes, told in rows:
        link = {"name": "town", "token_file": folder / "wrong.token", "workspaces": "[hall/town]", **changes}
        bot = TownBot([{key: value for key, value in link.items() if value is not None}]).start()
        try:
            code = await asyncio.get_running_loop().run_in_executor(None, bot.process.wait, 10)
            said = (bot.folder / "up.err").read_text()
            check(f"{link['address']}: {told}", code != 0 and told in said and "mentord.yaml:" in said, f"{code} {said}")
        finally:
            bot.process.stdout.close()
            bot.remove()


async def main():
    folder = Path(tempfile.mkdtemp(prefix="town-tls-"))
    print("# the town, by TLS", flush=True)
    try:
        ca, others = Authority(folder), Authority(folder, "others")
        cert = ca.cert("crier", "localhost")
        async with Town(port=True, cert=cert) as town:
            await a_talk(town, ca.file)
        await wrong_certificates(folder, ca, others)
        await wrong_tokens(folder, cert, ca.file)
        await wrong_settings(folder, ca.file)
    finally:
        shutil.rmtree(folder)
    tell_count()


if __name__ == "__main__":
    asyncio.run(main())
