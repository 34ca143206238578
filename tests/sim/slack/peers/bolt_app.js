// bolt_app.js: a small Bolt app for the simulated Slack; what it is asked on stdin, one JSON call a line, it answers on stdout.
const readline = require("node:readline");
const { App } = require("@slack/bolt");
const { WebClient } = require("@slack/web-api");

const slackApiUrl = process.env.SIM_API;
const token = process.env.SIM_BOT_TOKEN;
const say = (what) => process.stdout.write(`${JSON.stringify(what)}\n`);
const app = new App({ token, appToken: process.env.SIM_APP_TOKEN, socketMode: true, clientOptions: { slackApiUrl } });
// Refusals are asked of a client that neither waits nor tries again. `raw`: what its next request carries instead of its own body.
let raw = null;
let respondLast = null;
const isKind = (name) => name.toLowerCase() === "content-type";
const otherBody = (init) => ({ ...init, body: raw.body, headers: { ...Object.fromEntries(Object.entries(init.headers).filter(([name]) => !isKind(name))), "Content-Type": raw.type } });
const options = {
  slackApiUrl, rejectRateLimitedCalls: true, retryConfig: { retries: 0 },
  fetch: (url, init) => globalThis.fetch(url, raw ? otherBody(init) : init),
  requestInterceptor: (config) => { // the older client's way
    if (!raw) return config;
    config.data = raw.body;
    config.headers["Content-Type"] = raw.type;
    config.transformRequest = [(data) => data]; // as it is
    return config;
  },
};
const clientOf = (other) => (other === undefined ? strict : new WebClient(other || undefined, options));
const strict = new WebClient(token, options);
const plain = (text) => ({ type: "plain_text", text });
const field = { type: "input", block_id: "skill", label: plain("Skill"), element: { type: "plain_text_input", action_id: "skill_text" } };
const buttons = (...ids) => ({ type: "actions", elements: ids.map((id) => ({ type: "button", action_id: id, text: plain(id), value: `v-${id}` })) });
const modal = (title, blocks) => ({ type: "modal", callback_id: "form", title: plain(title), submit: plain("Send"), blocks });
const PNG = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
const DAYS = ["Monday", "Tuesday"].map((day) => ({ text: plain(day), value: day.toLowerCase() }));
const CARD = [
  { type: "section", text: { type: "mrkdwn", text: "*Shall we?*" } },
  { type: "actions", elements: [
    { type: "button", action_id: "yes", text: plain("Yes"), value: "7" },
    { type: "static_select", action_id: "day", placeholder: plain("Pick a day"), options: DAYS },
    { type: "datepicker", action_id: "start", initial_date: "2027-01-11", placeholder: plain("Start") }] },
];

app.message(/^card$/, async ({ message, client }) => { await client.chat.postMessage({ channel: message.channel, text: "Shall we?", blocks: CARD }); });
app.message(/^chart$/, async ({ message, client }) => {
  await client.files.uploadV2({ channel_id: message.channel, file: PNG, filename: "chart.png", title: "Chart", alt_text: "a dot", initial_comment: "here it is" });
});
app.message(/^say/, async ({ message, say: answer }) => { if (!message.bot_id) await answer(`heard: ${message.text}`); });
app.event("app_mention", async ({ event, client }) => { await client.chat.postMessage({ channel: event.channel, thread_ts: event.ts, text: `hello <@${event.user}>` }); });
app.command("/mentor", async ({ command, ack, client }) => {
  if (command.text === "loud") return ack({ text: "said in the ack" });
  if (command.text === "everyone") return ack({ response_type: "in_channel", text: "said to everyone" });
  await ack();
  if (command.text !== "form") return undefined;
  return client.views.open({ trigger_id: command.trigger_id, view: modal("Form", [field, buttons("deeper", "again")]) });
});
app.action("deeper", async ({ body, ack, client }) => { await ack(); await client.views.push({ trigger_id: body.trigger_id, view: modal("Deeper", [field]) }); });
app.action("again", async ({ body, ack, client }) => {
  await ack();
  await client.views.update({ view_id: body.view.id, hash: body.view.hash, view: modal("Again", [field, buttons("deeper", "again")]) });
});
app.action("yes", async ({ action, ack, respond }) => { await ack(); await respond({ replace_original: true, text: `yes it is, ${action.value}` }); });
app.action("day", async ({ action, ack, respond }) => { respondLast = respond; await ack(); await respond({ replace_original: false, text: `day: ${action.selected_option.value}` }); });
app.action("start", async ({ action, ack, respond }) => { await ack(); await respond({ replace_original: false, text: `start: ${action.selected_date}` }); });
app.view("form", async ({ view, body, ack, client }) => {
  const skill = view.state.values.skill.skill_text.value;
  if (skill === "x") return ack({ response_action: "errors", errors: { skill: "too short" } });
  if (skill === "update") return ack({ response_action: "update", view: modal("Updated", [field]) });
  if (skill === "push") return ack({ response_action: "push", view: modal("Pushed", [field]) });
  if (skill === "clear") return ack({ response_action: "clear" });
  await ack();
  return client.chat.postMessage({ channel: body.user.id, text: `skill: ${skill}` });
});
app.event("app_home_opened", async ({ event, client }) => {
  if (event.tab === "home") await client.views.publish({ user_id: event.user, view: { type: "home", blocks: [{ type: "section", text: plain("Welcome home") }] } });
});
app.error(async (error) => say({ trouble: String(error) }));

const answerLate = async (id, words) => {
  try {
    await respondLast(words);
    say({ id, status: 200 });
  } catch (error) {
    say({ id, status: error.status ?? error.statusCode ?? error.response?.status ?? String(error) });
  }
};

readline.createInterface({ input: process.stdin }).on("line", async (line) => {
  const { id, method, args, token: other, raw: wanted, respond } = JSON.parse(line);
  if (respond !== undefined) return answerLate(id, respond);
  raw = wanted ?? null;
  try {
    say({ id, error: null, data: await clientOf(other).apiCall(method, args) });
  } catch (error) {
    say({ id, error: error.data?.error ?? error.code, code: error.code, retry_after: error.retryAfter, data: error.data });
  }
  return undefined;
}).on("close", () => process.exit(0));

app.start().then(() => say({ started: true }));
