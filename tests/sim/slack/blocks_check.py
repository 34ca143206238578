#!/usr/bin/python3
"""blocks_check.py: every block and view that cards of all lengths become, judged by Slack's own SDK and by the limits nobody checks for us.

build/slack-show prints the calls; slack_sdk.models says what is wrong with their blocks. The SDK is put below build/ on first use.
"""
import datetime
import json
import os
import subprocess
import sys
from pathlib import Path

BUILD = Path(os.environ.get("BUILD", "build"))
SDK, VERSION = BUILD / "peers" / "slack_sdk", "3.47.0"
TEXT_MAX, MESSAGE_MAX, VIEW_BYTES_MAX, CALLS_MIN, CALENDARS_MIN = 40000, 8000, 250000, 2000, 100


def bring_sdk():
    if not (SDK / "slack_sdk").is_dir():
        print(f"blocks_check: bringing slack_sdk {VERSION}")
        subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--root-user-action=ignore", "--target", str(SDK),
                        f"slack_sdk=={VERSION}"], check=True)
    sys.path.insert(0, str(SDK))


def nodes(thing):
    """Every object within."""
    if isinstance(thing, dict):
        yield thing
    for inner in thing.values() if isinstance(thing, dict) else thing if isinstance(thing, list) else ():
        yield from nodes(inner)


def is_day(text):
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def own_limits(blocks):
    """What the SDK does not look at: names that stand twice, empty texts, all words of one message together."""
    texts = [n["text"] for n in nodes(blocks) if n.get("type") in ("plain_text", "mrkdwn")]
    for kind in ("block_id", "action_id"):
        ids = [n[kind] for n in nodes(blocks) if kind in n]
        if len(ids) != len(set(ids)):
            yield f"a {kind} stands twice"
        if any(len(i) > 255 for i in ids):
            yield f"a {kind} of more than 255 characters"
    if any(not text for text in texts):
        yield "an empty text"
    if any(n.get("type") == "mrkdwn" for n in nodes(blocks)):
        yield "words of people where they would be markup"
    for node in nodes(blocks):
        if "value" in node and "text" in node and len(node["value"]) > (2000 if node.get("type") == "button" else 150):
            yield f"a value of {len(node['value'])} characters"
        if "value" in node and not node["value"]:
            yield "an empty value"
        if "text" in node and node.get("type") in ("button", None) and len(node["text"]["text"]) > 75:
            yield f"a label of {len(node['text']['text'])} characters"
        if "initial_date" in node and not is_day(node["initial_date"]):
            yield f"an initial_date that is no day: {node['initial_date']}"
    if sum(len(text) for text in texts) > MESSAGE_MAX:
        yield f"{sum(len(text) for text in texts)} characters in one message"


def judge_blocks(blocks, most):
    from slack_sdk.models.blocks import Block
    parsed = Block.parse_all(blocks)
    if not 1 <= len(parsed) <= most:
        yield f"{len(parsed)} blocks"
    for block, said in zip(parsed, blocks):
        if block is None or type(block).__name__ == "Block":
            yield f"a block the SDK does not know: {said.get('type')}"
            continue
        block.validate_json()
        if len(block.to_dict()) < len([k for k in said if k != "block_id"]):
            yield f"the SDK drops a part of {said.get('type')}"


def judge(call):
    from slack_sdk.models.views import View
    fields = call["fields"]
    if "view" in fields:
        view = json.loads(fields["view"])
        View(**view).validate_json()
        yield from judge_blocks(view["blocks"], 100)
        yield from (p for p in own_limits(view["blocks"]) if "in one message" not in p)
        if len(fields["view"].encode()) > VIEW_BYTES_MAX:
            yield "a view of more than 250 KB"
    if "blocks" in fields:
        blocks = json.loads(fields["blocks"])
        yield from judge_blocks(blocks, 50)
        yield from own_limits(blocks)
    if "text" in fields:
        if not fields["text"] or len(fields["text"]) > TEXT_MAX:
            yield f"text of {len(fields['text'])} characters"
        if "<" in fields["text"] or ">" in fields["text"]:
            yield "text that is not escaped"


def complaints(call):
    from slack_sdk.errors import SlackObjectFormationError
    try:
        return list(judge(call))
    except SlackObjectFormationError as error:
        return [str(error)]


def proves_itself():
    """A judge that finds nothing wrong with what is wrong is none."""
    bad = [{"type": "section", "text": {"type": "plain_text", "text": "x" * 3001}}, {"type": "nonsense"},
           {"type": "actions", "elements": [{"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "x" * 76}, "value": "v"}]},
           {"type": "section", "text": {"type": "mrkdwn", "text": "*x*"}},
           {"type": "actions", "elements": [{"type": "datepicker", "action_id": "a", "initial_date": "2027-02-30"}]},
           {"type": "actions", "elements": [{"type": "datepicker", "action_id": "a", "placeholder": {"type": "plain_text", "text": "x" * 151}}]}]
    return all(complaints({"fields": {"blocks": json.dumps([block])}}) for block in bad)


def main():
    bring_sdk()
    if not proves_itself():
        sys.exit("blocks_check: the judge lets pass what is wrong")
    show = subprocess.Popen([str(BUILD / "slack-show")], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    count, blocks, wrong, calendars = 0, 0, 0, 0
    for line in show.stdout:
        call = json.loads(line)
        count += 1
        said = json.loads(call["fields"].get("blocks", "[]"))
        blocks += len(said)
        calendars += sum(node.get("type") == "datepicker" for node in nodes(said))
        for complaint in complaints(call):
            wrong += 1
            if wrong <= 20:
                print(f"{call['what'][:90]!r} {call['method']}: {complaint[:200]}")
    if show.wait() != 0 or count < CALLS_MIN or calendars < CALENDARS_MIN:
        sys.exit(f"blocks_check: slack-show ended with {show.returncode} after {count} calls, {calendars} calendars")
    print(f"blocks_check: slack_sdk {VERSION}: {count} calls, {blocks} blocks, {calendars} calendars, {wrong} wrong")
    sys.exit(1 if wrong else 0)


main()
