#!/usr/bin/python3
"""link_client.py: plays the bot's side of the link against any adapter. Written from adapters/PROTOCOL.md alone.

link_client.py --address unix:/path|host:port [--token-file F] --workspace W hello
link_client.py --address … --workspace W suite --person P [--poke COMMAND]
"""
import argparse
import asyncio
import contextlib
import json
import sys
import time
from pathlib import Path

import websockets

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

from link_bot import ASKED_MAX, FILE_BYTES_MAX, MESSAGE_BYTES_MAX, PIECE_BYTES_MAX, SUBPROTOCOL, Adapter, Failed, Skipped, code_of, want

# ---- the checks: one function each; its name is what is printed, its docstring the rule ----


async def hello_is_complete(adapter):
    """It answers with the subprotocol, version 1, its platform, our workspace and what it can show."""
    link = await adapter.greet()
    hello = link.hello
    want(link.ws.subprotocol == SUBPROTOCOL, f"the subprotocol is {link.ws.subprotocol}")
    want(hello.get("v") == 1, f"v is {hello.get('v')}")
    want(isinstance(hello.get("platform"), str) and hello["platform"], "platform is missing")
    want([w.get("id") for w in hello.get("workspaces", [])] == [adapter.args.workspace], f"workspaces is {hello.get('workspaces')}")
    for name, value in hello.get("can", {}).items():
        known = {"buttons": int, "text_max": int, "file_max": int, "per_minute": int}.get(name, bool)
        want(type(value) is known, f"can.{name} is {value!r}")
    await link.ws.close()


async def unknown_workspaces_are_left_out(adapter):
    """Of several workspaces only those it speaks for are granted."""
    more = adapter.serves(adapter.fence()) + [{"workspace": "nowhere/at-all", "fence": "1.1"}]
    link = await adapter.greet(serves=more)
    want([w["id"] for w in link.hello["workspaces"]] == [adapter.args.workspace], f"workspaces is {link.hello['workspaces']}")
    await link.ws.close()


async def wrong_hellos_are_closed(adapter):
    """Another version 4000, an unknown workspace 4004, another line first 4006, no fence 4002."""
    cases = [
        (adapter.hello(v=2), 4000, "version 2"),
        ({"t": "hello", "v": 99, "all": "new"}, 4000, "version 99 with other fields"),
        (adapter.hello(serves=[{"workspace": "nowhere/at-all", "fence": "1.1"}]), 4004, "an unknown workspace"),
        (adapter.hello(serves=[{"workspace": adapter.args.workspace}]), 4002, "a workspace without fence"),
        ({"t": "got", "id": "o1"}, 4006, "another line before hello"),
    ]
    for line, code, why in cases:
        link = await adapter.open()
        await link.send(line)
        await link.must_close(code, why)


async def wrong_token_is_closed(adapter):
    """A token that is wrong or missing is 4001."""
    if not adapter.token:
        raise Skipped("needs --token-file")
    for token in (adapter.token[:-1] + ("x" if adapter.token[-1] != "x" else "y"), adapter.token + "x", None):
        link = await adapter.open()
        await link.send(adapter.hello(token=token))
        await link.must_close(4001, "a wrong token")


async def silence_is_closed(adapter):
    """No hello within 5 s is 4006."""
    link = await adapter.open()
    start = time.monotonic()
    code = await link.close_code(8)
    took = time.monotonic() - start
    want(code == 4006 and 4 <= took <= 7, f"wanted close 4006 after 5 s, got {code} after {took:.1f} s")


async def action_is_done(adapter):
    """A message is sent, and its id comes back."""
    link = await adapter.greet()
    action = adapter.action()
    await link.send(action)
    done = await link.must_hear("done", id=action["id"])
    want(done.get("result") == "sent" and done.get("message"), f"wanted sent with a message, got {done}")
    await link.send({"t": "got", "id": action["id"]})
    await link.ws.close()


async def every_input_is_shown(adapter):
    """A card may ask for a day, or for something that is newer than the adapter: both are sent, since `plain` says all."""
    link = await adapter.greet()
    for card in ({"input": "date", "input_label": "The day", "date_min": "2027-01-11", "date_max": "2028-02-29", "date_set": "2027-03-01"},
                 {"input": "hologram", "hologram_max": {"of": "nothing we know"}}):
        action = adapter.action(card={"text": "A test of the link.", "input_token": "t1.x.1", "plain": "A test of the link.", **card})
        await link.send(action)
        done = await link.must_hear("done", id=action["id"])
        want(done["result"] == "sent", f"{card['input']}: {done}")
        await link.send({"t": "got", "id": action["id"]})
    await link.ws.close()


async def unknown_action_is_unsupported(adapter):
    """A kind it does not know is answered, whatever else the action holds."""
    link = await adapter.greet()
    action = adapter.action("dance", to=7, card=[], until="never")
    await link.send(action)
    done = await link.must_hear("done", id=action["id"])
    want(done.get("result") == "unsupported", f"wanted unsupported, got {done}")
    await link.ws.close()


async def same_action_is_done_once(adapter):
    """The same id again gives the same message id, on this connection and on the next."""
    link = await adapter.greet()
    action = adapter.action()
    await link.send(action)
    first = await link.must_hear("done", id=action["id"])
    await link.send(action)
    again = await link.must_hear("done", id=action["id"])
    want(again.get("message") == first.get("message"), f"sent twice: {first} then {again}")
    await link.ws.close()
    link = await adapter.greet()
    await link.send(action)
    later = await link.must_hear("done", id=action["id"])
    want(later.get("message") == first.get("message"), f"sent twice over two connections: {first} then {later}")
    await link.ws.close()


async def ask_is_answered(adapter):
    """What became of an action that it did, and of one that it never saw."""
    link = await adapter.greet()
    action = adapter.action()
    await link.send(action)
    done = await link.must_hear("done", id=action["id"])
    await link.send({"t": "ask", "id": action["id"]})
    told = await link.must_hear("done", id=action["id"])
    want(told.get("result") == "sent" and told.get("message") == done.get("message"), f"wanted {done}, got {told}")
    unseen = adapter.action_id()
    await link.send({"t": "ask", "id": unseen})
    told = await link.must_hear("done", id=unseen)
    want(told.get("result") in ("not_found", "cannot_tell"), f"an unseen action: {told}")
    await link.ws.close()


async def edit_and_delete_name_a_message(adapter):
    """A message that was sent can be changed and taken away, where `can` says edit."""
    link = await adapter.greet()
    if not link.hello.get("can", {}).get("edit"):
        raise Skipped("the adapter cannot edit")
    action = adapter.action()
    await link.send(action)
    message = (await link.must_hear("done", id=action["id"]))["message"]
    edit = adapter.action("edit", message=message)
    await link.send(edit)
    done = await link.must_hear("done", id=edit["id"])
    want(done.get("result") == "sent", f"edit: {done}")
    delete = adapter.action("delete", message=message)
    delete.pop("card")
    await link.send(delete)
    done = await link.must_hear("done", id=delete["id"])
    want(done.get("result") in ("sent", "unsupported"), f"delete: {done}")
    await link.ws.close()


async def messages_hold_many_lines(adapter):
    """Several lines and empty ones in a message; one message in fragments; fields nobody knows."""
    link = await adapter.greet()
    one, two, three = adapter.action(), adapter.action(), adapter.action(new_field={"deep": [1]})
    await link.ws.send("\n" + json.dumps(one) + "\n\n" + json.dumps(two))
    text = json.dumps(three) + "\n"
    await link.ws.send([text[:10], text[10:11], text[11:]])
    for action in (one, two, three):
        done = await link.must_hear("done", id=action["id"])
        want(done.get("result") == "sent", f"{done}")
    await link.ws.close()


BAD_LINES = [
    ("hello?", "no JSON"),
    ("[]", "no object"),
    ('{"t":"dance"}', "an unknown t"),
    ('{"id":"o1"}', "no t"),
    ('{"t":"got"}', "no id"),
    ('{"t":"got","id":""}', "an empty id"),
    ('{"t":"got","id":7}', "an id that is no text"),
    ('{"t":"got","id":"o1","id":"o2"}', "a key twice"),
    ('{"t":"got","id":"o\\u0000"}', "an escaped NUL"),
    ('{"t":"got","id":"o\\ud800"}', "a lone surrogate"),
    ('{"t":"got","id":"' + "o" * 513 + '"}', "an id of 513 bytes"),
    ('{"t":"got","id":"o1","x":' + "[" * 16 + "]" * 16 + "}", "nesting of 17"),
    ('{"t":"got","id":"o1"} {"t":"got","id":"o2"}', "two objects in a line"),
    (b'{"t":"got","id":"o1"}', "a binary message"),
]


async def bad_lines_are_closed(adapter):
    """What is no line of the protocol is 4002."""
    for line, why in BAD_LINES:
        link = await adapter.greet()
        await link.ws.send(line)
        await link.must_close(4002, why)


async def large_messages_are_closed(adapter):
    """65,536 bytes are taken, one more is 4003, in one frame or in several."""
    line = '{"t":"got","id":"o1"}'
    link = await adapter.greet()
    await link.ws.send(line + " " * (MESSAGE_BYTES_MAX - len(line)))
    action = adapter.action()
    await link.send(action)
    await link.must_hear("done", id=action["id"])
    await link.ws.send(line + " " * (MESSAGE_BYTES_MAX + 1 - len(line)))
    await link.must_close(4003, "one frame")
    link = await adapter.greet()
    await link.ws.send([line] + [" " * 1000] * 66)
    await link.must_close(4003, "fragments")


async def misplaced_lines_are_closed(adapter):
    """A second hello, an adapter's own lines, clock without demo are 4006; somebody else's workspace is 4004."""
    cases = [
        (adapter.hello(), 4006, "a second hello"),
        ({"t": "event", "id": "e", "workspace": adapter.args.workspace, "at": 1, "kind": "text", "person": {"id": "a"}, "text": "x"}, 4006, "an event"),
        ({"t": "done", "id": "o", "result": "sent"}, 4006, "a done"),
        ({"t": "notice", "what": "x"}, 4006, "a notice"),
        (adapter.action(workspace="nowhere/at-all"), 4004, "an action for another workspace"),
    ]
    link = await adapter.greet()
    if not link.hello.get("demo"):
        cases.append(({"t": "clock", "now": 1}, 4006, "clock without demo"))
    await link.ws.close()
    for line, code, why in cases:
        link = await adapter.greet()
        await link.send(line)
        await link.must_close(code, why)


async def fences_decide(adapter):
    """A lower or equal fence is 4005, a higher one takes over, an equal one comes back when nobody holds the workspace."""
    low, held, high = adapter.fence(), f"{adapter.incarnation}.{adapter.epoch + 9}", f"{adapter.incarnation}.{adapter.epoch + 10}"
    adapter.epoch += 20
    first = await adapter.greet(serves=adapter.serves(held))
    for fence in (low, held, "0.999999"):
        link = await adapter.open()
        await link.send(adapter.hello(serves=adapter.serves(fence)))
        await link.must_close(4005, f"fence {fence} while {held} serves")
    second = await adapter.greet(serves=adapter.serves(high))
    await first.must_hear("bye", why="fenced", workspace=adapter.args.workspace)
    await first.must_close(4005, "the bot that was taken over")
    await second.ws.close()
    third = await adapter.greet(serves=adapter.serves(high))
    await third.ws.close()


async def bye_gives_the_workspace_free(adapter):
    """After the bot's bye the same fence is granted to another connection; with nothing left it is closed with 1000."""
    fence = adapter.fence()
    link = await adapter.greet(serves=adapter.serves(fence))
    await link.send({"t": "bye", "why": "stop", "workspace": adapter.args.workspace})
    await link.must_close(1000, "after bye")
    other = await adapter.greet(serves=adapter.serves(fence))
    await other.ws.close()


async def pings_are_answered(adapter):
    """A ping gets its pong."""
    link = await adapter.greet()
    pong = await link.ws.ping()
    try:
        await asyncio.wait_for(pong, adapter.args.timeout)
    except asyncio.TimeoutError:
        raise Failed("no pong") from None
    await link.ws.close()


async def pings_get_their_own_words_back(adapter):
    """Also at the moment when the adapter's own ping, after 3 s, is due: a strict client hangs up on a pong with other bytes."""
    links = [await adapter.open() for _ in range(32)]  # so many, for the moment is short
    end = time.monotonic() + 3.4

    async def ping_on(link):
        with contextlib.suppress(websockets.ConnectionClosed):  # no hello within 5 s, on a busy machine
            while time.monotonic() < end:
                await asyncio.wait_for(await link.ws.ping(), 1.5)

    try:
        await asyncio.gather(*(ping_on(link) for link in links))
    except asyncio.TimeoutError:
        raise Failed("a pong carried other bytes than its ping, or never came") from None
    finally:
        await asyncio.gather(*(link.ws.close() for link in links))


# ---- files ----

def rows(most):
    """Rows of UTF-8: two pieces and a rest, each piece ending in the middle of a character. Shorter where `most` says so."""
    data = ("number\n" + "".join(f"é{number:05}\n" for number in range(10000))).encode()[:min(2 * PIECE_BYTES_MAX + 1001, most)]
    return data.decode(errors="ignore").encode().ljust(len(data))


async def greet_for_files(adapter):
    """A link, and the bytes of the largest file that it takes."""
    link = await adapter.greet()
    most = link.hello.get("can", {}).get("file_max", 0)
    if most == 0:
        await link.ws.close()
        raise Skipped("its can says no file_max")
    return link, min(most, FILE_BYTES_MAX)


async def files_are_fetched_and_sent(adapter):
    """It asks for the bytes, all of them and none behind the end, and sends the file once; with words beside it, and without."""
    link, most = await greet_for_files(adapter)
    for data, changes in ((rows(most), {}), (b"a", {"card": None})):
        action = adapter.upload(data, **changes)
        await link.send(action)
        done, asked = await link.serve(action, data)
        want(done.get("result") == "sent" and done.get("message"), f"wanted sent with a message, got {done}")
        want(sorted(asked) == list(range(0, len(data), PIECE_BYTES_MAX)), f"of {len(data)} bytes it asked from {asked}")
        await link.send(action)
        again = await link.must_hear("done", id=action["id"])
        want(again.get("message") == done["message"], f"sent twice: {done} then {again}")
    await link.ws.close()


async def files_too_large_are_refused(adapter):
    """A file of more bytes than its `can` says is failed."""
    link, most = await greet_for_files(adapter)
    if most == FILE_BYTES_MAX:
        raise Skipped("it takes the largest file there is")
    action = adapter.upload(b"x" * (most + 1))
    await link.send(action)
    done, _ = await link.serve(action, b"x" * (most + 1))
    want((done.get("result"), done.get("why")) == ("failed", "too_large"), f"wanted failed, too_large, got {done}")
    await link.ws.close()


async def want_fetched_anew(link, action, data):
    await link.send(action)
    done, asked = await link.serve(action, data)
    want(done.get("result") == "sent" and 0 in asked, f"wanted sent, all fetched anew, got {done}, asked from {asked}")


async def files_without_bytes_come_later(adapter):
    """The bot has not got the bytes, from the beginning or from the second piece on: later. Then it comes again with other bytes, and is sent."""
    link, most = await greet_for_files(adapter)
    data = rows(most)
    action = adapter.upload(data)
    await link.send(action)
    done, _ = await link.serve(action, None)
    want(done.get("result") == "later", f"no bytes at all: {done}")
    await link.send(action)
    first = await link.must_hear("blob_get", id=action["id"], **{"from": 0})
    await link.send_piece(first, data)
    if len(data) > PIECE_BYTES_MAX:
        done, _ = await link.serve(action, None)
        want(done.get("result") == "later", f"no second piece: {done}")
    other = data[1:] + b"x\n"
    action["file"]["bytes"] = len(other)
    await want_fetched_anew(link, action, other)
    await link.ws.close()


async def files_begin_anew_on_the_next_connection(adapter):
    """A connection that ends in the middle of a file leaves nothing of it."""
    link, most = await greet_for_files(adapter)
    data = rows(most)
    action = adapter.upload(data)
    await link.send(action)
    get = await link.must_hear("blob_get", id=action["id"])
    if len(data) > PIECE_BYTES_MAX:
        await link.send_piece(get, b"?" * len(data))  # of a file as it was before
        await link.must_hear("blob_get", id=action["id"])
    await link.ws.close()
    link = await adapter.greet()
    await want_fetched_anew(link, action, data)
    await link.ws.close()


async def pieces_nobody_asked_for_do_no_harm(adapter):
    """Pieces of no file, of another, from another place, the same again: the file is sent all the same. Pieces too long are never sent on."""
    link, most = await greet_for_files(adapter)
    data = rows(most)
    action = adapter.upload(data)
    await link.send_piece({"id": "nothing", "workspace": adapter.args.workspace, "from": 0}, data)
    await link.send(action)
    get = await link.must_hear("blob_get", id=action["id"])
    for wrong in ({"id": "another"}, {"from": FILE_BYTES_MAX - 1}, {"from": 7}):
        await link.send_piece({**get, **wrong}, b"!" * FILE_BYTES_MAX)
    await link.send_piece(get, data)
    await link.send_piece(get, data)
    done, _ = await link.serve(action, data)
    want(done.get("result") == "sent", f"wanted sent, got {done}")
    for size, what in ((1, "a byte too many"), (0, "an empty piece")):
        action = adapter.upload(b"a")
        await link.send(action)
        done, _ = await link.serve(action, b"ab" if size else b"")
        want(done.get("result") in ("later", "failed"), f"{what}: {done}")
    await link.ws.close()


async def few_pieces_are_asked_for_at_once(adapter):
    """Of many large files never more than 256 pieces, with all that it keeps; every one of them is answered in the end."""
    link, most = await greet_for_files(adapter)
    actions = [adapter.upload(b"x" * most, first=True) for _ in range(40)]  # so that an adapter need not look them up, as fast as its platform lets it
    await link.send(*actions)
    asked, open_ids = [], {action["id"] for action in actions}
    while (line := await link.hear("blob_get", wait_s=0.5)) is not None:
        asked.append(line)
    want(0 < len(asked) <= ASKED_MAX, f"{len(asked)} pieces were asked for at once")
    for get in asked:
        await link.send_piece(get, None)
    while open_ids:
        line = await link.must_hear(("blob_get", "done"))
        if line["t"] == "blob_get":
            await link.send_piece(line, None)
        else:
            want(line["result"] == "later", f"without bytes: {line}")
            open_ids.discard(line["id"])
    await link.ws.close()


async def drain(adapter):
    """Acknowledges what other checks left behind, so that the next event is the next poke's."""
    link = await adapter.greet(credits=1000)
    while True:
        event = await link.hear("event", wait_s=1)
        if event is None:
            break
        await link.send({"t": "ack", "id": event["id"]})
    await asyncio.sleep(0.2)
    await link.ws.close()


async def events_are_complete(adapter):
    """An event says its id, workspace, time and kind."""
    await drain(adapter)
    link = await adapter.greet(credits=10)
    await adapter.poke()
    event = await link.must_hear("event")
    want(event.get("workspace") == adapter.args.workspace, f"workspace is {event.get('workspace')}")
    want(isinstance(event.get("id"), str) and event["id"], "id is missing")
    want(type(event.get("at")) is int and event["at"] > 0, f"at is {event.get('at')}")
    want(isinstance(event.get("kind"), str), "kind is missing")
    if event["kind"] in ("text", "press", "form", "command"):
        want(event.get("person", {}).get("id"), f"a {event['kind']} without person.id")
    await link.send({"t": "ack", "id": event["id"]})
    await asyncio.sleep(0.2)
    await link.ws.close()


async def unacked_events_come_again(adapter):
    """Without an ack the same event comes on each new connection, with an ack it comes no more."""
    await drain(adapter)
    link = await adapter.greet(credits=10)
    await adapter.poke()
    event = await link.must_hear("event")
    await link.ws.close()
    link = await adapter.greet(credits=10)
    again = await link.must_hear("event", id=event["id"])
    want(again == event, f"it changed: {event} then {again}")
    await link.send({"t": "ack", "id": event["id"]})
    await asyncio.sleep(0.5)
    await link.ws.close()
    link = await adapter.greet(credits=10)
    want(await link.hear("event", wait_s=1, id=event["id"]) is None, "it came again after its ack")
    await link.ws.close()


async def events_wait_for_credit(adapter):
    """No event beyond the credits; with more credit the rest comes; new connections start anew."""
    await drain(adapter)
    link = await adapter.greet(credits=1)
    for _ in range(3):
        await adapter.poke()
    first = await link.must_hear("event")
    want(await link.hear("event", wait_s=1) is None, "a second event came with one credit")
    await link.send({"t": "ack", "id": first["id"]})
    want(await link.hear("event", wait_s=1) is None, "an ack alone gave credit")
    await link.send({"t": "credit", "n": 1})
    second = await link.must_hear("event")
    want(second["id"] != first["id"], "the acked event came again")
    want(await link.hear("event", wait_s=1) is None, "two events came with one credit")
    await link.ws.close()
    link = await adapter.greet(credits=2)
    ids = [(await link.must_hear("event"))["id"], (await link.must_hear("event"))["id"]]
    want(ids[0] == second["id"] and first["id"] not in ids, f"wanted {second['id']} and one more, got {ids}")
    await link.ws.close()
    await drain(adapter)


SUITE = [
    hello_is_complete, unknown_workspaces_are_left_out, wrong_hellos_are_closed, wrong_token_is_closed, silence_is_closed,
    pings_are_answered, pings_get_their_own_words_back, action_is_done, every_input_is_shown, unknown_action_is_unsupported, same_action_is_done_once, ask_is_answered,
    edit_and_delete_name_a_message, messages_hold_many_lines, bad_lines_are_closed, large_messages_are_closed,
    files_are_fetched_and_sent, files_too_large_are_refused, files_without_bytes_come_later, files_begin_anew_on_the_next_connection,
    pieces_nobody_asked_for_do_no_harm, few_pieces_are_asked_for_at_once, misplaced_lines_are_closed, fences_decide, bye_gives_the_workspace_free, events_are_complete, unacked_events_come_again,
    events_wait_for_credit,
]


async def run_check(check, adapter):
    """One line of output; returns the word it begins with."""
    try:
        await check(adapter)
        word, why = "ok", ""
    except Skipped as skipped:
        word, why = "skip", f": {skipped}"
    except (Failed, OSError, asyncio.TimeoutError, websockets.WebSocketException, KeyError, ValueError) as error:
        word, why = "FAIL", f": {str(error) or type(error).__name__}"
    print(f"{word:4} {check.__name__}{why}", flush=True)
    return word


async def suite(args):
    adapter = Adapter(args)
    words = [await run_check(check, adapter) for check in SUITE if not args.only or args.only in check.__name__]
    skipped = f", {words.count('skip')} skipped" if "skip" in words else ""
    print(f"{words.count('ok')} passed, {words.count('FAIL')} failed{skipped}")
    return 1 if "FAIL" in words or "ok" not in words else 0


async def hello(args):
    """With the lowest fence there is: a bot that serves is not disturbed, and a look comes only when nobody does."""
    adapter = Adapter(args)
    link = await adapter.open()
    await link.send(adapter.hello(serves=adapter.serves(args.fence)))
    try:
        line = await link.hear("hello")
    except websockets.ConnectionClosed as closed:
        print(f"closed with {code_of(closed)} {closed.rcvd.reason if closed.rcvd else ''}")
        return 1
    print(json.dumps(line, indent=2, ensure_ascii=False) if line else "no hello came")
    await link.ws.close()
    return 0 if line else 1


def read_arguments():
    parser = argparse.ArgumentParser(description="Plays the bot's side of the link against any adapter.")
    parser.add_argument("--address", required=True, help="unix:/path or host:port")
    parser.add_argument("--token-file", help="the file that holds the token")
    parser.add_argument("--workspace", required=True, help="one the adapter speaks for")
    parser.add_argument("--timeout", type=float, default=5.0, help="seconds to wait for an answer (5)")
    commands = parser.add_subparsers(dest="command", required=True)
    look = commands.add_parser("hello", help="print the adapter's hello")
    look.add_argument("--fence", default="0.0", help="0.0 unless given")
    checks = commands.add_parser("suite", help="the contract suite; takes the workspace over")
    checks.add_argument("--person", required=True, help="platform id of somebody who can be written to")
    checks.add_argument("--poke", help="shell command that makes the platform produce one event")
    checks.add_argument("--only", help="only checks with this in their name")
    return parser.parse_args()


def main():
    args = read_arguments()
    try:
        return asyncio.run({"suite": suite, "hello": hello}[args.command](args))
    except OSError as error:
        print(f"{args.address}: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
