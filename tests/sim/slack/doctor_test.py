#!/usr/bin/python3
"""doctor_test.py: the doctor finds nothing where nothing is wrong, and each fault is named with the way to mend it; so is what
mentord-slack itself refuses while it runs, and it goes on by itself once the operator has mended it."""
import os
import re
import subprocess
import sys

sys.dont_write_bytecode = True

from harbour import BUILD, Harbour, wait
from checks import check, tell_count


OTHER_APP = "xapp-1-A0OTHER001-1-sim"


def doctor(harbour):
    found = harbour.doctor()
    secret = [token for token in (harbour.slack.bot_token, harbour.slack.app_token) if token in found.stdout + found.stderr]
    check("the doctor says no token", not secret, secret)
    return found.returncode, found.stdout


def faults(harbour):
    """What is wrong, what the doctor must say, how to make it right again."""
    slack, write = harbour.slack, harbour.write_token
    bot, app = slack.bot_token, slack.app_token

    def refuse(method, error):
        slack.say("inject", method=method, how="error", error=error, times=1)

    def done():
        slack.say("inject", clear=True)

    scopes = next(token["scopes"] for token in slack.say("facts")["tokens"] if token["token"] == bot)
    return [
        ("a file open to others", lambda: write("bot.token", bot, 0o644), "chmod 600", lambda: write("bot.token", bot)),
        ("two tokens in each other's files", lambda: write("app.token", bot), "connections:write", lambda: write("app.token", app)),
        ("a token that was revoked", lambda: slack.say("token", token=bot, refusal="token_revoked", scopes=scopes), "token_revoked",
         lambda: slack.say("token", token=bot, refusal="", scopes=scopes)),
        ("an empty token file", lambda: write("bot.token", ""), "bot.token: a token has 16", lambda: write("bot.token", bot)),
        ("a revoked app-level token", lambda: slack.say("token", token=app, refusal="invalid_auth"), "App-Level Tokens, with connections:write",
         lambda: slack.say("token", token=app, refusal="")),
        ("an app-level token of another app", lambda: (slack.say("token", token=OTHER_APP, scopes="connections:write"), write("app.token", OTHER_APP)),
         "from the settings of one app", lambda: write("app.token", app)),
        ("Socket Mode that is off", lambda: refuse("apps.connections.open", "link_disabled"), "switch on Socket Mode", done),
        ("too many copies", lambda: refuse("apps.connections.open", "too_many_websockets"), "stop the other copies", done),
        ("a Slack that is busy", lambda: refuse("apps.connections.open", "ratelimited"), "look again in a few minutes", done),
        ("a Slack that is ill", lambda: refuse("auth.test", "internal_error"), "look again in a few minutes", done),
        ("a missing scope", lambda: slack.say("token", token=bot, scopes=scopes.replace("im:history", "x:y")), "im:history",
         lambda: slack.say("token", token=bot, scopes=scopes)),
        ("another workspace", lambda: (harbour.folder / "slack.yaml").write_text(harbour.yaml.replace(slack.team, "T0OTHER")), "write slack/ and that id",
         lambda: (harbour.folder / "slack.yaml").write_text(harbour.yaml)),
    ]


def answers_at_once(harbour):
    """Where Slack is faster than the doctor looks, its answers are read before they are waited for: it must not wait for another."""
    preloaded = f"{os.environ.get('PRELOADED_FIRST', '')} {BUILD / 'at_once.so'}".strip()
    found = subprocess.run(harbour.command("--doctor"), capture_output=True, text=True, timeout=60, env={**os.environ, "LD_PRELOAD": preloaded})
    check("answers that are there at once are taken", found.returncode == 0 and "WRONG" not in found.stdout and not found.stderr, found)


def without_files(harbour):
    """After an update the app may not have the newest rights yet; a workspace may allow no files. Both are said, and neither stops anything."""
    slack = harbour.slack
    scopes = next(token["scopes"] for token in slack.say("facts")["tokens"] if token["token"] == slack.bot_token)
    for scope in ("files:write", "files:read"):
        slack.say("token", token=slack.bot_token, scopes=scopes.replace(scope, "x:y"))
        code, said = doctor(harbour)
        check(f"without {scope} it says what is missed", code == 0 and re.search(rf"less .*{scope}: no list and no report", said), said)
    slack.say("token", token=slack.bot_token, scopes=scopes)
    slack.say("inject", method="files.getUploadURLExternal", how="error", error="file_uploads_disabled")
    code, said = doctor(harbour)
    check("a workspace that allows no files is said", code == 0 and "less  files cannot be sent: file_uploads_disabled" in said, said)
    code, said = doctor(harbour)
    check("else the server of files is looked for", code == 0 and "carries files" in said, said)


def refuses_to_start():
    for address in ("http://example.com/api/", "https://slack.com.example.com/api/", "http://127.0.0.1:1/"):
        found = subprocess.run([BUILD / "mentord-slack", "--config", "/nowhere.yaml", "--test-api", address], capture_output=True, text=True, timeout=20)
        check(f"{address} is refused", found.returncode == 1, found)
    found = subprocess.run([BUILD / "mentord-slack", "--config", "/nowhere.yaml"], capture_output=True, text=True, timeout=20)
    check("a file that is not there is named", found.returncode == 1 and "/nowhere.yaml" in found.stderr, found)


def main():
    refuses_to_start()
    with Harbour(bot=False) as harbour:
        harbour.yaml = (harbour.folder / "slack.yaml").read_text()
        code, said = doctor(harbour)
        check("nothing is wrong", code == 0 and "WRONG" not in said, said)
        answers_at_once(harbour)
        for what, spoil, word, mend in faults(harbour):
            spoil()
            code, said = doctor(harbour)
            check(f"{what} is found", code == 1 and "WRONG" in said and word in said, said)
            mend()
        without_files(harbour)
        code, said = doctor(harbour)
        check("all is well again", code == 0, said)
        harbour.slack.say("clock", advance_ms=600_000)
        code, said = doctor(harbour)
        check("a clock that is ten minutes off is found", code == 1 and re.search(r"WRONG .*clock differs from Slack's by -(599|600|601) s\n.*NTP", said), said)
        harbour.stop_adapter()
        harbour.write_token("bot.token", harbour.slack.bot_token, 0o644)
        harbour.start_adapter()
        wait("the running one says so too", lambda: "platform_refused" in harbour.log() and "chmod" in harbour.log())
        check("it runs on and waits for the operator", harbour.adapter.poll() is None)
    tell_count()


if __name__ == "__main__":
    main()
