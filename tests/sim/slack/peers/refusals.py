"""refusals.py: each refusal of the simulated Slack, provoked once through an SDK; and which of those in its C code nobody provoked."""
import json
import re
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent


# ---- what the C code can answer ----

MAY_GIVE_NAMES = ("own_message", "verdict")  # functions that are told the error to answer with


def sources():
    for path in sorted(HERE.parent.glob("*.c")):
        yield re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)


def without_calls(words):
    """What is said to other functions is no answer: arg(call, "thread_ts")."""
    before = None
    while before != words:
        before, words = words, re.sub(rf"\b(?!(?:{'|'.join(MAY_GIVE_NAMES)})\b)\w+\([^()]*\)", "", words)
    return words


def errors_in_code():
    """Every error that a statement of the simulator returns or sets. What stands in no place of these is Slack's word for something else."""
    found = set()
    for text in sources():
        for statement in re.split(r"[;{}]", text):
            given = re.search(r"\breturn\b(.*)|\b(?:ret_)?error\s*=(?!=)(.*)", statement, re.S)
            if given:
                found.update(re.findall(r'"([a-z]+(?:_[a-z]+)+|ratelimited)"', without_calls(given[1] or given[2] or "")))
    return found


def complaints_in_code():
    """Every sentence about an argument or a block, as what it must look like when it is heard."""
    found = set()
    for text in sources():
        for line in re.findall(r"\bcomplain\([^;]*;", text, re.S):
            found.update(re.findall(r'"((?:[^"\\]|\\.)+)"', line.split(",", 1)[-1]))
        found.update(re.findall(r'api_complain\(\w+, "((?:[^"\\]|\\.)+)"', text))
    return {sentence.replace('\\"', '"') for sentence in found} - {"[ERROR] %s"}  # the last passes on what another said


def as_heard(sentence):
    return re.compile(".*".join(re.escape(part) for part in re.split(r"%\S*?[sd]", sentence)))


# ---- what is asked, and what must be said ----

def section(text):
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def plain(text):
    return {"type": "plain_text", "text": text}


def modal(title="T", blocks=None, **more):
    return {"type": "modal", "title": plain(title), "blocks": [section("x")] if blocks is None else blocks, **more}


def trigger(town):
    return town.do("run", who="cho", text="quiet")["trigger_id"]


def dm(town, who="ann"):
    return town.do("see", who=who, where="dm")["conversations"][0]["id"]


def room(town, name, **more):
    return town.do("channel", name=name, **more)["channel"]["id"]


def used_trigger(town):
    used = trigger(town)
    assert town.call("views.open", trigger_id=used, view=modal())["error"] is None
    return used


def old_trigger(town):
    old = trigger(town)
    town.do("clock", advance_ms=3001)
    return old


def full_stack(town):
    used_trigger(town)
    for _ in range(2):
        assert town.call("views.push", trigger_id=trigger(town), view=modal())["error"] is None
    return trigger(town)


def changed_view(town):
    view = town.do("see", who="cho")["view"]
    assert town.call("views.update", view_id=view["id"], hash=view["raw"]["hash"], view=modal("New"))["error"] is None
    return {"view_id": view["id"], "hash": view["raw"]["hash"], "view": modal("Other")}


def gone_person(town, name="gus"):
    made = town.do("person", name=name)["user"]["id"]
    town.do("change", who=name, deleted=True)
    return made


def guest(town):
    return town.do("person", name="gil", is_restricted=True)["user"]["id"]


def closed_tab(town):
    town.do("settings", messages_tab=0)
    return post(town)


def crowd(town):
    return ",".join(town.do("person", name=f"p{i}", quiet=True)["user"]["id"] for i in range(9))


def post(town, **args):
    return {"channel": dm(town), "text": "x", **args}


def block(*blocks):
    return lambda town: ("chat.postMessage", post(town, blocks=list(blocks)))


def view(**parts):
    return lambda town: ("views.open", {"trigger_id": "unused", "view": modal(**parts)})


BUTTON = {"type": "button", "action_id": "b", "text": plain("b")}
CHOICES = [{"text": plain(str(i)), "value": str(i)} for i in range(101)]
SELECT = {"type": "static_select", "placeholder": plain("p"), "options": CHOICES}
BIG = [section("y" * 2990) for _ in range(90)]
# name: (what to call, the error, what its details say)
REFUSALS = {
    "missing argument": (lambda t: ("conversations.info", {}), "invalid_arguments", "missing required field: channel"),
    "unknown argument": (lambda t: ("users.info", {"user": t.person("ann"), "colour": "red"}), "invalid_arguments", "unknown argument: colour"),
    "wrong type": (lambda t: ("conversations.list", {"limit": "many"}), "invalid_arguments", "/limit"),
    "unknown method": (lambda t: ("chat.sing", {}), "unknown_method", ""),
    "unknown channel": (lambda t: ("chat.postMessage", {"channel": "C0NOWHERE", "text": "x"}), "channel_not_found", ""),
    "not in channel": (lambda t: ("chat.postMessage", {"channel": room(t, "strangers", members=["ann"]), "text": "x"}), "not_in_channel", ""),
    "archived": (lambda t: ("chat.postMessage", {"channel": room(t, "attic", members=["mentor"], archived=True), "text": "x"}), "is_archived", ""),
    "no text": (lambda t: ("chat.postMessage", {"channel": dm(t)}), "no_text", ""),
    "long text": (lambda t: ("chat.postMessage", {"channel": dm(t), "text": "x" * 40001}), "msg_too_long", ""),
    "thread that is gone": (lambda t: ("chat.postMessage", post(t, thread_ts="1.000000")), "thread_not_found", ""),
    "a guest in a public channel": (lambda t: ("conversations.invite", {"channel": room(t, "mine", members=["mentor"]), "users": guest(t)}), "user_is_restricted", ""),
    "a list of a kind nobody knows": (lambda t: ("conversations.list", {"types": "hall"}), "invalid_types", ""),
    "huge metadata": (lambda t: ("chat.postMessage", post(t, metadata={"event_type": "x", "event_payload": {"x": "y" * 9000}})), "metadata_too_large", ""),
    "unknown message": (lambda t: ("chat.update", {"channel": dm(t), "ts": "1.000000", "text": "x"}), "message_not_found", ""),
    "a person's message": (lambda t: ("chat.update", {"channel": dm(t), "ts": t.do("say", who="ann", text="mine")["ts"], "text": "x"}), "cant_update_message", ""),
    "ephemeral for a stranger": (lambda t: ("chat.postEphemeral", {"channel": dm(t), "user": t.person("ben"), "text": "x"}), "user_not_in_channel", ""),
    "51 blocks": (block(*[section("x") for _ in range(51)]), "invalid_blocks", "no more than 50 items allowed [json-pointer:/blocks]"),
    "long section": (block(section("x" * 3001)), "invalid_blocks", "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
    "unknown block": (block(section("x"), {"type": "hologram"}), "invalid_blocks", "unsupported type: hologram [json-pointer:/blocks/1]"),
    "26 buttons": (block({"type": "actions", "elements": [BUTTON | {"action_id": f"b{i}"} for i in range(26)]}), "invalid_blocks", "/blocks/0/elements"),
    "long button": (block({"type": "actions", "elements": [BUTTON | {"text": plain("b" * 76)}]}), "invalid_blocks", "/blocks/0/elements/0/text/text"),
    "long value": (block({"type": "actions", "elements": [BUTTON | {"value": "b" * 2001}]}), "invalid_blocks", "/blocks/0/elements/0/value"),
    "101 options": (block({"type": "actions", "elements": [SELECT]}), "invalid_blocks", "/blocks/0/elements/0/options"),
    "long header": (block({"type": "header", "text": plain("h" * 151)}), "invalid_blocks", "/blocks/0/text/text"),
    "same action twice": (block({"type": "actions", "elements": [BUTTON, BUTTON]}), "invalid_blocks", "already exists"),
    "no alt text": (block({"type": "image", "image_url": "https://x.example/i.png"}), "invalid_blocks", "missing required field: alt_text"),
    "too much text": (block(*[section("x" * 2990) for _ in range(5)]), "msg_blocks_too_long", ""),
    "long title": (view(title="t" * 25), "invalid_arguments", "must be less than 25 characters [json-pointer:/view/title/text]"),
    "101 view blocks": (view(blocks=[section("x") for _ in range(101)]), "invalid_arguments", "no more than 100 items allowed [json-pointer:/view/blocks]"),
    "long metadata": (view(private_metadata="m" * 3001), "invalid_arguments", "/view/private_metadata"),
    "input without submit": (view(blocks=[{"type": "input", "label": plain("l"), "element": {"type": "plain_text_input"}}]), "invalid_arguments", "submit"),
    "large view": (view(blocks=BIG), "view_too_large", ""),
    "unknown trigger": (lambda t: ("views.open", {"trigger_id": "1.2.3", "view": modal()}), "invalid_trigger_id", ""),
    "used trigger": (lambda t: ("views.open", {"trigger_id": used_trigger(t), "view": modal()}), "exchanged_trigger_id", ""),
    "late trigger": (lambda t: ("views.open", {"trigger_id": old_trigger(t), "view": modal()}), "expired_trigger_id", ""),
    "a fourth view": (lambda t: ("views.push", {"trigger_id": full_stack(t), "view": modal()}), "push_limit_reached", ""),
    "changed view": (lambda t: ("views.update", changed_view(t)), "hash_conflict", ""),
    "unknown view": (lambda t: ("views.update", {"view_id": "V0NONE", "view": modal()}), "not_found", ""),
    "nine people": (lambda t: ("conversations.open", {"users": crowd(t)}), "too_many_users", ""),
    "nobody": (lambda t: ("conversations.open", {"users": ""}), "users_list_not_supplied", ""),
    "unknown person": (lambda t: ("conversations.open", {"users": "U0NOBODY"}), "user_not_found", ""),
    "deactivated person": (lambda t: ("conversations.open", {"users": gone_person(t)}), "user_disabled", ""),
    "name taken": (lambda t: ("conversations.create", {"name": "general", "is_private": True}), "name_taken", ""),
    "name with capitals": (lambda t: ("conversations.create", {"name": "My Room", "is_private": True}), "invalid_name_specials", ""),
    "long name": (lambda t: ("conversations.create", {"name": "n" * 81, "is_private": True}), "invalid_name_maxlength", ""),
    "inviting itself": (lambda t: ("conversations.invite", {"channel": room(t, "mine", private=True, members=["mentor"]), "users": t.person("mentor")}), "cant_invite_self", ""),
    "inviting twice": (lambda t: ("conversations.invite", {"channel": room(t, "mine", members=["ann"]), "users": t.person("ann")}), "already_in_channel", ""),
    "archived twice": (lambda t: ("conversations.archive", {"channel": room(t, "attic")}), "already_archived", ""),
    "general archived": (lambda t: ("conversations.archive", {"channel": room(t, "general")}), "cant_archive_general", ""),
    "kicking a stranger": (lambda t: ("conversations.kick", {"channel": room(t, "mine"), "user": t.person("dee")}), "not_in_channel", ""),
    "bad cursor": (lambda t: ("users.list", {"cursor": "yesterday", "limit": 5}), "invalid_cursor", ""),
    "no such address": (lambda t: ("users.lookupByEmail", {"email": "nobody@x.example"}), "users_not_found", ""),
    "a closed tab of messages": (lambda t: ("chat.postMessage", closed_tab(t)), "messages_tab_disabled", ""),
    "file without bytes": (lambda t: ("files.completeUploadExternal", {"files": [{"id": "F0NONE"}]}), "file_not_found", ""),
}

BUTTONS = {"type": "actions", "elements": [BUTTON]}
ODD_BLOCKS = [
    {"type": "section"}, {"type": "section", "text": plain("")}, {"type": "section", "text": "words"}, {"type": "section", "text": {"text": "x"}},
    {"type": "section", "text": plain("x") | {"emoji": "yes"}}, {"type": "image", "alt_text": "a"}, {"type": "header", "text": plain(7)},
    {"type": "actions", "elements": {}}, {"type": "actions", "elements": []}, {"type": "actions", "elements": [BUTTON | {"style": "loud"}]},
    {"type": "actions", "elements": [BUTTON | {"colour": "red"}]},
    {"type": "actions", "elements": [SELECT | {"options": CHOICES[:2], "initial_option": CHOICES[5]}]},
    {"type": "actions", "elements": [{"type": "static_select", "placeholder": plain("p")}]},
]
NUMBERS = [{"type": "input", "label": plain("l"), "element": {"type": "plain_text_input", "min_length": length}} for length in ("two", 3001)]
CHARTS = [{"type": "data_visualization", "title": "t", "chart": {"type": "pie"}} for _ in range(9)]


def scheduled(town, after_s, times=1, **more):
    """Into the DM, so much later; all but the last of them are taken."""
    wish = {"channel": dm(town), "text": "later", "post_at": town.do("facts")["now_ms"] // 1000 + after_s, **more}
    for _ in range(times - 1):
        assert town.call("chat.scheduleMessage", **wish)["error"] is None
    return "chat.scheduleMessage", wish


def named_view(town):
    """A view with a name of its own, and the same name once more."""
    named = {"view": modal(external_id="only-one")}
    assert town.call("views.open", trigger_id=trigger(town), **named)["error"] is None
    return {"trigger_id": trigger(town), **named}


def completed(town):
    address = town.call("files.getUploadURLExternal", filename="a.txt", length=2)["data"]
    urllib.request.urlopen(urllib.request.Request(address["upload_url"], data=b"hi"), timeout=10).close()
    wish = {"files": [{"id": address["file_id"]}]}
    assert town.call("files.completeUploadExternal", **wish)["error"] is None
    return "files.completeUploadExternal", wish


def deleted(town):
    _, wish = completed(town)
    file = {"file": wish["files"][0]["id"]}
    assert town.call("files.delete", **file)["error"] is None
    return "files.info", file


def switched(method, args, **settings):
    """Such a call while something is switched off; all of it is on again after each refusal."""
    def make(town):
        town.do("settings", **settings)
        return method, args(town)
    return make


def shut(town):
    """A message of ours in a room that was archived since."""
    channel = room(town, "shut", members=["mentor"])
    said = town.call("chat.postMessage", channel=channel, text="x")
    room(town, "shut", archived=True)
    return {"channel": channel, "ts": said["data"]["ts"], "text": "y"}


def general(town):
    return {"channel": room(town, "general")}


def of_person(town, **facts):
    return town.do("person", **facts)["user"]["id"]


REFUSALS |= {
    "a description that is too long": (lambda t: ("files.getUploadURLExternal", {"filename": "a.png", "length": 5, "alt_txt": "a" * 1001}), "alt_txt_too_large", ""),
    "a file that is too large": (lambda t: ("files.getUploadURLExternal", {"filename": "a.png", "length": 1 << 40}), "file_upload_size_restricted", ""),
    "a workspace that is full": (switched("files.getUploadURLExternal", lambda t: {"filename": "a.png", "length": 5}, full=1), "storage_limit_reached", ""),
    "a file completed twice": (completed, "file_already_completed", ""),
    "a file that was deleted": (deleted, "file_deleted", ""),
    "no room for a room": (switched("conversations.create", lambda t: {"name": "one-too-many", "is_private": True}, full=1), "too_many_convos_for_team", ""),
    "no room for a group": (switched("conversations.open", lambda t: {"users": f"{t.person('ben')},{t.person('dee')}"}, full=1), "fatal_error", ""),
    "a change in an archived room": (lambda t: ("chat.update", shut(t)), "is_inactive", ""),
    "a bot nobody knows": (lambda t: ("bots.info", {"bot": "B0NONE"}), "bot_not_found", ""),
    "a word to another bot": (lambda t: ("conversations.open", {"users": of_person(t, name="robo", is_bot=True)}), "cannot_dm_bot", ""),
    "a person's message deleted": (lambda t: ("chat.delete", {"channel": dm(t), "ts": t.do("say", who="ann", text="mine")["ts"]}), "cant_delete_message", ""),
    "kicked from general": (lambda t: ("conversations.kick", {**general(t), "user": t.person("ann")}), "cant_kick_from_general", ""),
    "kicking itself": (lambda t: ("conversations.kick", {"channel": room(t, "mine"), "user": t.person("mentor")}), "cant_kick_self", ""),
    "leaving general": (lambda t: ("conversations.leave", general(t)), "cant_leave_general", ""),
    "a view's name taken": (lambda t: ("views.open", named_view(t)), "duplicate_external_id", ""),
    "a view without a trigger": (lambda t: ("views.open", {"view": modal()}), "invalid_arguments", "missing required field: trigger_id"),
    "a view without an id": (lambda t: ("views.update", {"view": modal()}), "invalid_arguments", "missing required field: view_id"),
    "a home that is switched off": (switched("views.publish", lambda t: {"user_id": t.person("ann"), "view": {"type": "home", "blocks": []}}, home_tab=0), "not_enabled", ""),
    "attachments that are no list": (lambda t: ("chat.postMessage", post(t, attachments={"text": "x"})), "invalid_attachments", ""),
    "101 attachments": (lambda t: ("chat.postMessage", post(t, attachments=[{"text": "x"}] * 101)), "too_many_attachments", ""),
    "blocks that are no list": (lambda t: ("chat.postMessage", post(t, blocks=section("x"))), "invalid_blocks_format", ""),
    "a limit of nothing": (lambda t: ("users.list", {"limit": 0}), "invalid_limit", ""),
    "metadata of another shape": (lambda t: ("chat.postMessage", post(t, metadata={"kind": "x"})), "invalid_metadata_format", ""),
    "Markdown beside text": (lambda t: ("chat.postMessage", post(t, markdown_text="*x*")), "markdown_text_conflict", ""),
    "a name of dashes": (lambda t: ("conversations.create", {"name": "--", "is_private": True}), "invalid_name_punctuation", ""),
    "an empty name": (lambda t: ("conversations.create", {"name": "", "is_private": True}), "invalid_name_required", ""),
    "a topic that is too long": (lambda t: ("conversations.setTopic", {"channel": room(t, "mine"), "topic": "t" * 251}), "too_long", ""),
    "nobody invited": (lambda t: ("conversations.invite", {"channel": room(t, "mine"), "users": ","}), "no_user", ""),
    "a guest of one room invited": (lambda t: ("conversations.invite", {"channel": room(t, "mine"), "users": of_person(t, name="una", is_ultra_restricted=True)}), "ura_max_channels", ""),
    "somebody of another workspace": (lambda t: ("conversations.open", {"users": t.stranger()}), "user_not_visible", ""),
    "a direct message with a third": (lambda t: ("conversations.invite", {"channel": dm(t), "users": t.person("ben")}), "method_not_supported_for_channel_type", ""),
    "unarchived though not archived": (lambda t: ("conversations.unarchive", {"channel": room(t, "mine")}), "not_archived", ""),
    "a group nobody made": (lambda t: ("usergroups.users.list", {"usergroup": "S0NONE"}), "no_such_subteam", ""),
    "a message for yesterday": (lambda t: scheduled(t, -86400), "time_in_past", ""),
    "a message for next year": (lambda t: scheduled(t, 121 * 86400), "time_too_far", ""),
    "31 messages for the same five minutes": (lambda t: scheduled(t, 86400, 31), "restricted_too_many", ""),
    "a scheduled message nobody made": (lambda t: ("chat.deleteScheduledMessage", {"channel": dm(t), "scheduled_message_id": "Q0NONE"}), "invalid_scheduled_message_id", ""),
    "many odd blocks": (block(*ODD_BLOCKS), "invalid_blocks", "must be one of: primary danger"),
    "a day that is none": (block({"type": "actions", "elements": [{"type": "datepicker", "action_id": "d", "initial_date": "2027-02-30"}]}), "invalid_blocks",
                           "must be a date of the form YYYY-MM-DD [json-pointer:/blocks/0/elements/0/initial_date]"),
    "odd numbers in an input": (view(submit=plain("s"), blocks=NUMBERS), "invalid_arguments", "must be a number"),
    "nine charts": (block(*CHARTS), "invalid_blocks", "data_visualization blocks allowed"),
    "a block that is a word": (block("x"), "invalid_blocks", "must be an object"),
    "a view that is a list": (lambda t: ("views.open", {"trigger_id": "unused", "view": ["x"]}), "invalid_arguments", "must be an object [json-pointer:/view]"),
}
ALL_ON = {"messages_tab": 1, "home_tab": 1, "full": 0}


def check_refusals(town):
    town.do("settings", tiers=0)
    for name, (make, error, detail) in REFUSALS.items():
        method, args = make(town)
        heard = town.call(method, **args)
        town.do("settings", **ALL_ON)
        assert heard["error"] == error, f"{name}: {error} was wanted, the SDK says {heard}"
        assert detail in json.dumps(heard["data"]), f"{name}: {detail!r} was wanted in {heard['data']}"
    return len(REFUSALS)


def check_bodies(town):
    """What no SDK would ever send by itself: its request leaves with another body."""
    bodies = (("application/json", '{"channel":', "invalid_json"), ("application/json", '["C1"]', "json_not_object"),
              ("application/x-www-form-urlencoded", "channel=C1\0&text=x", "invalid_form_data"))
    for kind, body, error in bodies:
        heard = town.call("chat.postMessage", raw={"type": kind, "body": body})
        assert heard["error"] == error, f"{error} was wanted for {body!r}, the SDK says {heard}"
    return len(bodies)


def check_response_url(town):
    """An address for answers: nothing it can read, five times, half an hour. The SDKs tell the status, the simulator's log the name."""
    def says(body, status, error):
        heard = town.ask(respond=body)
        assert heard["status"] == status, f"{error}: {status} was wanted, the SDK says {heard}"
        assert error is None or town.last_line()["error"] == error, town.last_line()
        town.provoked.add(error)

    def pressed():
        asked = len(town.texts())
        town.do("say", who="ann", text="card")
        town.until(lambda: any("Shall we?" in one["shown"] for one in town.texts()[asked:]), "a card")
        town.do("click", who="ann", what="day", value="Tuesday")
        town.until(lambda: any("day: tuesday" in one["text"] for one in town.texts()[asked:]), "an answer through it")
    pressed()
    says([], 400, "invalid_payload")
    for _ in range(3):
        says({"text": "again", "replace_original": False}, 200, None)
    says({"text": "too often", "replace_original": False}, 404, "used_url")
    pressed()
    town.do("clock", advance_ms=1_800_001)
    says({"text": "too late", "replace_original": False}, 404, "expired_url")
    return 3


def check_tokens(town):
    """What a token may not: a missing scope with its name, none, an unknown one, a revoked one, one of another kind."""
    scopes = next(one["scopes"] for one in town.do("facts")["tokens"] if one["token"] == town.bot_token)
    town.do("token", token=town.bot_token, scopes="chat:write,im:write")
    heard = town.call("users.info", user=town.person("ann"))
    assert heard["error"] == "missing_scope" and heard["data"]["needed"] == "users:read" and heard["data"]["provided"] == "chat:write,im:write", heard
    town.do("token", token=town.bot_token, scopes=scopes)
    for refusal in ("token_revoked", "account_inactive"):
        town.do("token", token=town.bot_token, refusal=refusal)
        assert town.call("auth.test")["error"] == refusal
    town.do("token", token=town.bot_token, refusal="")
    assert town.call("auth.test")["error"] is None
    assert town.call("apps.connections.open")["error"] == "not_allowed_token_type"
    assert town.ask(method="auth.test", args={}, token="xoxb-nobody")["error"] == "invalid_auth"
    assert town.ask(method="auth.test", args={}, token="")["error"] == "not_authed"
    return 6


def limited(heard):
    return heard["code"] in ("slack_webapi_rate_limited_error", "429") and heard["retry_after"] >= 1


def check_limits(town):
    """A tier, a channel's one a second, the workspace's cap: each says how long to wait, and works again after that."""
    def refused(wanted, heard, name):
        assert [limited(one) if one["error"] else None for one in heard] == wanted, heard
        assert town.last_line()["error"] == name, town.last_line()  # not every SDK says which of the two names it was
        town.provoked.add(name)
    town.do("settings", tiers=1)
    town.do("clock", advance_ms=120000)
    heard = [town.call("conversations.list") for _ in range(21)]
    refused([None] * 20 + [True], heard, "ratelimited")
    town.do("clock", advance_ms=heard[20]["retry_after"] * 1000)
    assert town.call("conversations.list")["error"] is None
    refused([None, None, None, True], [town.call("chat.postMessage", channel=dm(town), text="x") for _ in range(4)], "ratelimited")
    town.do("settings", workspace_posts=2, post_burst=100)
    town.do("clock", advance_ms=60000)
    refused([None, None, True], [town.call("chat.postMessage", channel=dm(town, who), text="x") for who in ("ann", "ben", "cho")], "rate_limited")
    town.do("settings", workspace_posts=300, post_burst=3, tiers=0)
    return 3


def check_illness(town):
    """A 500 is told as one."""
    town.do("inject", method="auth.test", how="500_before", times=1)
    heard = town.call("auth.test")
    assert heard["code"] in ("slack_webapi_http_error", "500") and town.last_line()["error"] == "internal_error", heard
    town.provoked.add("internal_error")
    return 1


def check_large(town):
    """Last, since the workspace is slower for it: of more than a thousand people nobody tells without a limit."""
    for i in range(1001):
        town.do("person", name=f"many{i}", quiet=True)
    assert town.call("users.list")["error"] == "limit_required"
    assert town.call("users.list", limit=200)["error"] is None
    return 1


CHECKS = (check_refusals, check_bodies, check_response_url, check_tokens, check_limits, check_illness, check_large)


def check_all(town):
    """How many there were. What the code can answer and nobody provoked is a failure, and so is a look at the code that misses what was heard."""
    count = sum(check(town) for check in CHECKS)
    errors, complaints = errors_in_code(), complaints_in_code()
    unasked = sorted(errors - town.provoked)
    assert not unasked, f"refusals that no SDK was shown: {unasked}"
    unheard = sorted(sentence for sentence in complaints if not as_heard(sentence).search(town.details()))
    assert not unheard, f"complaints that no SDK was told: {unheard}"
    unknown = sorted(town.provoked - errors - {None, "token_revoked", "account_inactive"})  # these two are a test's own words
    assert not unknown, f"heard, but not found in the code: {unknown}"
    return f"{count} refusals; all {len(errors)} errors and {len(complaints)} complaints of its code were among them"
