#!/usr/bin/python3
"""platform_tools_test.py: `mentord manifest` and `mentord decode`, from the command line to the adapter's program and back."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

BUILD = Path(os.environ.get("BUILD", "build"))
checks = failures = 0


def check(what, good, seen=""):
    global checks, failures
    checks += 1
    if not good:
        failures += 1
        print(f"FAILED {what}: {seen}")


def run(folder, *words, given=b""):
    done = subprocess.run([folder / "mentord", *words], input=given, capture_output=True, timeout=20, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def decode(folder, payload):
    return run(folder, "decode", "slack", given=payload if isinstance(payload, bytes) else json.dumps(payload).encode())


def test_manifest(folder):
    code, out, said = run(folder, "manifest", "slack")
    check("the manifest is printed", code == 0, said)
    manifest = json.loads(out or "{}")
    names = [c["name"] for c in json.loads(run(folder, "commands")[1])]
    long_text = manifest["display_information"]["long_description"]
    check("each of the bot's commands stands in it", len(names) > 5 and all(f"\n• {name}" in long_text for name in names), long_text)
    check("it is for people to read", out.count("\n") > 40)
    code, chosen, said = run(folder, "manifest", "slack", "--group-history")
    scopes = [json.loads(text or "{}").get("oauth_config", {}).get("scopes", {}).get("bot", []) for text in (out, chosen)]
    check("the option reaches the adapter's program", code == 0 and scopes[1] == [*scopes[0], "mpim:history"], (scopes, said))
    check("its help says what it costs", "could read what the two say" in run(folder, "help", "manifest")[1])
    code, printed, said = run(folder, "manifest", "slack", "--history")
    check("another option is refused", code == 2 and printed == "" and "--history" in said, said)
    code, _, said = run(folder, "manifest", "nosuch")
    check("a platform without an adapter", code == 2 and "no adapter" in said, said)
    check("no way out of the folder", run(folder, "manifest", "../mentord-slack")[0] == 2)
    check("no platform at all", run(folder, "manifest")[0] == 2)


def test_decode(folder):
    mention = {"type": "event_callback", "team_id": "T9", "event_id": "Ev1", "event_time": 1772445600,
               "authorizations": [{"team_id": "T9", "user_id": "U0BOT", "is_bot": True}],
               "event": {"type": "app_mention", "channel": "C1", "user": "U1", "text": "<@U0BOT> pairs", "ts": "1772445600.123000"}}
    code, out, said = decode(folder, mention)
    check("a mention", code == 0, said)
    event = json.loads(out or "{}")
    check("as the bot hears it", (event.get("id"), event.get("kind"), event.get("text")) == ("slack/T9/Ev1", "text", "pairs"), out)
    envelope = {"type": "events_api", "envelope_id": "e1", "payload": mention}
    check("the same in its envelope", decode(folder, envelope)[1] == out)
    command = {"command": "/mentor", "text": "me", "user_id": "U1", "channel_id": "D1", "channel_name": "directmessage", "team_id": "T9"}
    check("a command", json.loads(decode(folder, command)[1]).get("command") == "me")
    code, out, _ = decode(folder, {"type": "view_closed", "user": {"id": "U1"}})
    check("nothing for the bot", code == 1 and out == "no event: a form was closed\n", out)
    for garbage in (b"", b"{", b"\0\xff", b"[" * 100000, b"7", b" " * 1100000):
        code, out, said = decode(folder, garbage)
        check(f"not understood: {garbage[:10]}", code == 2 and out == "" and said.count("\n") == 1, (code, out, said))


DM = {"type": "message", "channel_type": "im", "channel": "D1", "user": "U1", "ts": "1772445600.1"}
FORM = {"type": "plain_text_input", "value": "x" * 4000}


def callback(**event):
    return {"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": event}


def odd_payloads():
    """Payload, then what is printed: a kind of event, or the reason for none."""
    return [
        (callback(**DM, text="\ud800 and \udfff"), "text"),
        (callback(**DM, text="\0"), "text"),
        (callback(**DM, text="y" * 900000), "text"),
        (callback(**{**DM, "ts": "99999999999999999999.9"}, text="hi"), "text"),
        (callback(**DM, subtype="file_share", files=[{}], text=""), "text"),
        (callback(**{**DM, "channel": "D\u202e1"}, text="hi"), "text"),
        (callback(**{**DM, "channel": {"id": "D1"}}, text="hi"), "words from nowhere"),
        (callback(**{**DM, "user": 7}, text="hi"), "event.person is missing"),
        (callback(**DM, text={"a": 1}), "a message without words"),
        (callback(**DM, text="hi", hidden=True), "nobody wrote just now"),
        (callback(type="message", subtype="message_changed", channel_type="im", channel="D1", message=DM), "nobody wrote just now"),
        (callback(type="team_join", user={"id": "U9", "tz": "Nowhere/Land", "locale": "xx-YY"}), "directory"),
        (callback(type="user_change", user={"id": "U9", "profile": [], "tz": 7, "locale": None}), "directory"),
        (callback(type="user_change", user=[]), "a change of nobody"),
        (callback(type="app_home_opened", user="U1", tab="home"), "home"),
        ({**callback(**DM, text="hi"), "event_id": "E" * 5000}, "event.id is too long"),
        ({**callback(**DM, text="hi"), "event_id": "Ev\n2"}, "control character"),
        ({**callback(**DM, text="hi"), "event_id": ["Ev2"]}, "text"),
        ({**callback(**DM, text="hi"), "authorizations": [7, None, {"user_id": 5}]}, "text"),
        ({"type": "block_actions", "user": {"id": "U1"}, "actions": []}, "a click on nothing"),
        ({"type": "block_actions", "user": {"id": "U1"}, "actions": [{"type": "button", "value": "t.1"}, 7]}, "press"),
        ({"type": "view_submission", "user": {"id": "U1"}, "view": {"private_metadata": "no json"}}, "a form that is not ours"),
        ({"type": "view_submission", "user": {"id": "U1"}, "view": {"private_metadata": '{"t":"a"}', "state": {"values": {"b": {"a": FORM}}}}}, "form"),
        ({"command": "/mentor", "text": "<@U2|b> <!channel>", "user_id": "U1", "channel_id": "C1", "channel_name": "x"}, "command"),
        ({"command": "/mentor", "text": "hi", "user_id": ""}, "event.person is missing"),
        ({"command": "/", "user_id": "U1"}, "a slash command without a name"),
        ({"type": "url_verification", "challenge": "x"}, "not for us"),
        ({"type": "events_api", "envelope_id": "e", "payload": []}, "an envelope without a payload"),
        ({"type": "tomorrow", "envelope_id": "e", "payload": {}}, "of a kind that we do not know"),
        ({"type": "hello", "num_connections": -1}, "a hello"),
        ({"type": "disconnect", "reason": 7}, "a disconnect"),
        ({}, "not for us"),
    ]


def test_odd_payloads(folder):
    for payload, wanted in odd_payloads():
        code, out, said = decode(folder, payload)
        kind = json.loads(out)["kind"] if code == 0 else None
        good = kind == wanted if code == 0 else code == 1 and out.startswith("no event: ") and wanted in out
        check(f"{json.dumps(payload)[:100]}: {wanted}", good and (out + said).count("\n") == 1, (code, out[:200], said))


def main():
    program = BUILD / "mentord-slack" if (BUILD / "mentord-slack").exists() else BUILD / "slack-show"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(BUILD / "mentord", folder / "mentord")
        shutil.copy(program, folder / "mentord-slack")
        test_manifest(folder)
        test_decode(folder)
        test_odd_payloads(folder)
    print(f"platform tools: {checks} checks, {failures} failed ({program.name})")
    sys.exit(1 if failures or checks < 15 else 0)


main()
