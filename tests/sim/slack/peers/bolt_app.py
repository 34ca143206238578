"""bolt_app.py: the same small app in Bolt for Python; what it is asked on stdin, one JSON call a line, it answers on stdout."""
import base64
import json
import os
import re
import sys
import threading

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from slack_sdk.webhook import WebhookClient

API, TOKEN = os.environ["SIM_API"], os.environ["SIM_BOT_TOKEN"]
patient = WebClient(token=TOKEN, base_url=API, retry_handlers=[RateLimitErrorRetryHandler(max_retry_count=3)])


class Strict(WebClient):
    """Neither waits nor tries again. `raw`: what its next request carries instead of its own body."""
    raw = None

    def _perform_urllib_http_request_internal(self, url, req):
        if self.raw:
            req.data = self.raw["body"].encode()
            req.add_header("Content-Type", self.raw["type"])
        return super()._perform_urllib_http_request_internal(url, req)


def strict(token):
    return Strict(token=token or None, base_url=API, retry_handlers=[])


app = App(client=patient)
lock = threading.Lock()
responds = []  # the last of them answers again when it is asked to


def out(what):
    with lock:
        print(json.dumps(what), flush=True)


def plain(text):
    return {"type": "plain_text", "text": text}


FIELD = {"type": "input", "block_id": "skill", "label": plain("Skill"), "element": {"type": "plain_text_input", "action_id": "skill_text"}}
PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
DAYS = [{"text": plain(day), "value": day.lower()} for day in ("Monday", "Tuesday")]
CARD = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "*Shall we?*"}},
    {"type": "actions", "elements": [
        {"type": "button", "action_id": "yes", "text": plain("Yes"), "value": "7"},
        {"type": "static_select", "action_id": "day", "placeholder": plain("Pick a day"), "options": DAYS},
        {"type": "datepicker", "action_id": "start", "initial_date": "2027-01-11", "placeholder": plain("Start")}]},
]


def buttons(*ids):
    return {"type": "actions", "elements": [{"type": "button", "action_id": one, "text": plain(one), "value": f"v-{one}"} for one in ids]}


def modal(title, blocks):
    return {"type": "modal", "callback_id": "form", "title": plain(title), "submit": plain("Send"), "blocks": blocks}


@app.message(re.compile("^card$"))
def card(message, client):
    client.chat_postMessage(channel=message["channel"], text="Shall we?", blocks=CARD)


@app.message(re.compile("^chart$"))
def chart(message, client):
    client.files_upload_v2(channel=message["channel"], content=PNG, filename="chart.png", title="Chart", alt_txt="a dot", initial_comment="here it is")


@app.message(re.compile("^say"))
def heard(message, say):
    if "bot_id" not in message:
        say(f"heard: {message['text']}")


@app.event("app_mention")
def mention(event, client):
    client.chat_postMessage(channel=event["channel"], thread_ts=event["ts"], text=f"hello <@{event['user']}>")


@app.event("message")
def other_message():
    pass


@app.command("/mentor")
def command(command, ack, client):
    if command["text"] == "loud":
        return ack(text="said in the ack")
    if command["text"] == "everyone":
        return ack(response_type="in_channel", text="said to everyone")
    ack()
    if command["text"] == "form":
        client.views_open(trigger_id=command["trigger_id"], view=modal("Form", [FIELD, buttons("deeper", "again")]))


@app.action("deeper")
def deeper(body, ack, client):
    ack()
    client.views_push(trigger_id=body["trigger_id"], view=modal("Deeper", [FIELD]))


@app.action("again")
def again(body, ack, client):
    ack()
    client.views_update(view_id=body["view"]["id"], hash=body["view"]["hash"], view=modal("Again", [FIELD, buttons("deeper", "again")]))


@app.action("yes")
def yes(action, ack, respond):
    ack()
    respond(replace_original=True, text=f"yes it is, {action['value']}")


@app.action("day")
def day(action, ack, respond):
    responds.append(respond)
    ack()
    respond(replace_original=False, text=f"day: {action['selected_option']['value']}")


@app.action("start")
def start(action, ack, respond):
    ack()
    respond(replace_original=False, text=f"start: {action['selected_date']}")


@app.view("form")
def form(view, body, ack, client):
    skill = view["state"]["values"]["skill"]["skill_text"]["value"]
    if skill == "x":
        return ack(response_action="errors", errors={"skill": "too short"})
    if skill == "update":
        return ack(response_action="update", view=modal("Updated", [FIELD]))
    if skill == "push":
        return ack(response_action="push", view=modal("Pushed", [FIELD]))
    if skill == "clear":
        return ack(response_action="clear")
    ack()
    client.chat_postMessage(channel=body["user"]["id"], text=f"skill: {skill}")


@app.event("app_home_opened")
def home(event, client):
    if event["tab"] == "home":
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [{"type": "section", "text": plain("Welcome home")}]})


def answer_calls():
    for line in sys.stdin:
        asked = json.loads(line)
        if "respond" in asked:
            out({"id": asked["id"], "status": WebhookClient(responds[-1].response_url).send_dict(asked["respond"]).status_code})
            continue
        client = strict(asked.get("token", TOKEN))
        client.raw = asked["raw"] if "raw" in asked else None
        try:
            out({"id": asked["id"], "error": None, "data": client.api_call(asked["method"], json=asked["args"]).data})
        except SlackApiError as error:
            answer = error.response
            out({"id": asked["id"], "error": answer.get("error"), "code": "slack_webapi_platform_error" if answer.status_code == 200 else str(answer.status_code),
                 "retry_after": int(answer.headers.get("retry-after", answer.headers.get("Retry-After", 0))), "data": answer.data})
    os._exit(0)


handler = SocketModeHandler(app, os.environ["SIM_APP_TOKEN"], web_client=WebClient(token=TOKEN, base_url=API), ping_interval=2)
handler.connect()
out({"started": True})
answer_calls()
