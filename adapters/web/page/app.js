// app.js: puts the page together: what the server says changes the state, the state is drawn, what the reader does goes out.
import { announce } from "./announce.js";
import { composer, startComposer } from "./composer.js";
import { byId } from "./dom.js";
import { keep, readPlace, writePlace } from "./keep.js";
import { openLink } from "./link.js";
import { closeDrawer, startNarrow } from "./narrow.js";
import { clearRefused, note, showBanner } from "./notices.js";
import { drawReset, startReset } from "./reset.js";
import { apply, homeRoom, messagesOf, nameOf, newState, roomOf, unreadElsewhere } from "./state.js";
import { startTheme } from "./theme.js";
import { drawChecklist, drawEveryone, startChecklist } from "./view_checklist.js";
import { drawClock, startClock } from "./view_clock.js";
import { fileWords } from "./view_file.js";
import { drawMessages, focusCard, startMessages } from "./view_messages.js";
import { drawPeople, startPeople } from "./view_people.js";
import { drawSidebar, kindWords } from "./view_sidebar.js";
import { setZone } from "./when.js";

const NEXT_CARD_MS = 15000; // how long an answer waits for the card that follows it
const FIRST = "This is a demo of a chat bot that helps to run a mentoring programme. Everybody in it is invented. "
  + "You are one of them: choose who under “You are”. To begin, say hi to the bot below, or go through the steps of “Try this”.";
const KEPT = "What you write is kept here. It is sent by itself as soon as the connection is back.";

const state = newState(readPlace());
let plain = keep.browser("plain", false);
let wantedSay = null; // words of a step, for when we are the person it names
let followUntil = 0;  // an answer was given: the next card with controls gets the focus
let reading = "";     // the last "read" that was sent

const link = openLink({
  who: () => state.me,
  frame: hear,
  up: () => {
    if (state.linkUp === false) announce("The connection is back.");
    state.linkUp = true;
    draw(["link"]);
  },
  down: () => { state.linkUp = false; state.busy = null; draw(["link", "busy"]); },
});

// ---- drawing ----

const painters = {
  people: () => drawPeople({ people: state.people, me: state.me, name: nameOf(state, state.me) ?? "…", elsewhere: unreadElsewhere(state), choose: become }),
  rooms: () => {
    drawSidebar(state.rooms, state.room, enter);
    byId("room-title").textContent = roomOf(state)?.name ?? "…";
    byId("room-about").textContent = kindWords(roomOf(state));
    composer.show(state.me, roomOf(state));
  },
  messages: () => drawMessages({
    place: `${state.me} ${state.room}`, room: state.room, me: state.me, messages: messagesOf(state), unstored: link.unstored(),
    hint: roomOf(state)?.kind === "direct" ? FIRST : "Nothing has been said here yet.",
    plain, linkUp: state.linkUp, nameOf: (id) => nameOf(state, id), actOn, lostFocus: composer.focus,
  }),
  clock: () => drawClock(state.clock, state.busy !== null || !state.linkUp),
  checklist: () => drawChecklist(state.checklist, doStep),
  busy: () => {
    drawEveryone(state.busy, state.linkUp === true);
    drawReset(state.busy !== null || !state.linkUp);
  },
  banner: () => {
    if (state.linkUp === false) showBanner(`The connection is lost. ${KEPT}`);
    else if (!state.botUp) showBanner("The bot is away for a moment. What you write is kept, and answered when it is back.");
    else showBanner("");
  },
  title: () => {
    const unread = state.rooms.reduce((sum, room) => sum + (room.unread ?? 0), 0);
    document.title = `${unread > 0 ? `(${unread}) ` : ""}${nameOf(state, state.me) ?? ""} · mentord demo`;
  },
};
/** What else must be drawn when this changed. */
const together = {
  all: Object.keys(painters),
  link: ["banner", "messages", "clock", "busy"],
  busy: ["busy", "clock"],
  people: ["people", "title"],
  rooms: ["rooms", "title"],
};

function draw(parts) {
  if (state.me === null) return painters.banner();
  new Set(parts.flatMap((part) => together[part] ?? [part])).forEach((part) => painters[part]());
  markRead();
  return undefined;
}

function markRead() {
  const last = messagesOf(state).at(-1);
  const mark = `${state.me} ${state.room} ${last?.id}`;
  if (last === undefined || mark === reading || document.visibilityState !== "visible") return;
  if (link.tell({ t: "read", room: state.room, message: last.id })) reading = mark;
}

// ---- hearing ----

function hear(frame, about) {
  if (frame.t === "refused") refused(frame, about);
  else if (frame.t === "toast") note(frame.say, { stays: false, lostFocus: composer.focus });
  if (frame.t === "stored" || frame.t === "refused") return draw(["messages"]);
  if (frame.clock?.zone ?? frame.zone) setZone(frame.clock?.zone ?? frame.zone);
  const isNew = frame.t === "message" && !(state.messages.get(frame.room) ?? []).some((one) => one.id === frame.message.id);
  const wasBusy = state.busy !== null;
  draw(apply(state, frame));
  if (frame.t === "state") arrived();
  if (isNew) heardMessage(frame);
  if (!wasBusy && frame.t === "busy") announce("Everyone else is answering. Please wait.");
  if (wasBusy && frame.t === "idle") announce("Everyone else has answered.");
  return undefined;
}

function refused(frame, about) {
  if (state.people.length === 0) { // the address names somebody who is not in this demo
    state.me = null;
    return link.be(null);
  }
  if (about?.frame.t === "say" && about.as === state.me && about.frame.room === state.room && composer.isEmpty()) composer.write(about.frame.text);
  return note(frame.say, { stays: about !== null, lostFocus: composer.focus });
}

/** We are somebody now: remember it, and give them the words that a step wanted them to say. */
function arrived() {
  writePlace(state.me, state.room);
  if (wantedSay === null || wantedSay.as !== state.me) return;
  const { say } = wantedSay;
  wantedSay = null;
  enter(homeRoom(state)?.id);
  if (say) composer.write(say);
  composer.focus();
}

function heardMessage({ room, message }) {
  if (message.from === state.me) return;
  const name = message.name ?? nameOf(state, message.from);
  if (room !== state.room) return announce(`New message from ${name} in ${state.rooms.find((one) => one.id === room)?.name ?? "another room"}.`);
  announce(`${name}: ${[message.card?.title, message.file && fileWords(message.file), message.card?.text ?? message.text].filter(Boolean).join(". ")}`);
  if (plain || message.card?.closed || Date.now() > followUntil) return undefined;
  const isIdle = document.activeElement === document.body || byId("messages").contains(document.activeElement) || (composer.hasFocus() && composer.isEmpty());
  if (isIdle && focusCard(message.id)) followUntil = 0;
  return undefined;
}

// ---- doing ----

function post(frame) {
  link.post(state.me, frame);
  if (!state.linkUp) announce(KEPT);
  draw(["messages"]);
}

/** The answers one card can be given; none while one is on its way. */
function actOn(message) {
  const answer = (frame) => {
    if (link.unstored().some((entry) => entry.frame.message === message.id)) return;
    followUntil = Date.now() + NEXT_CARD_MS;
    post({ ...frame, message: message.id });
  };
  return {
    press: (choice) => answer({ t: "press", token: choice.token }),
    form: (values) => answer({ t: "form", token: message.card.input_token, values }),
    people: () => state.people.filter((person) => person.id !== state.me),
  };
}

function become(person) {
  if (person === state.me || !state.people.some((one) => one.id === person)) return;
  if (!link.isUp()) {
    note("You can be somebody else as soon as the connection is back.", { stays: false, lostFocus: composer.focus });
    return;
  }
  state.me = person;
  state.room = null;
  state.messages = new Map();
  link.be(person);
  writePlace(person, null);
  draw(["people"]);
  announce(`You are now ${nameOf(state, person)}.`);
}

function enter(room) {
  if (room === undefined) return;
  state.room = room;
  writePlace(state.me, room);
  draw(["rooms", "messages"]);
  closeDrawer();
}

function doStep(step) {
  wantedSay = { as: step.as || state.me, say: step.say };
  clearRefused();
  if (wantedSay.as === state.me) arrived();
  else become(step.as);
}

function startTools() {
  const button = byId("plain-toggle");
  const show = () => button.setAttribute("aria-pressed", String(plain));
  button.addEventListener("click", () => {
    plain = !plain;
    keep.setBrowser("plain", plain);
    show();
    draw(["messages"]);
    if (plain) announce("Plain text. Type the number of your answer.");
  });
  show();
}

startTheme();
startPeople();
startMessages();
startNarrow();
startTools();
startClock((frame) => link.tell(frame));
startChecklist({ letEveryoneAnswer: () => link.tell({ t: "everyone" }) });
startReset(() => {
  link.forget();
  composer.forget();
  clearRefused();
  link.tell({ t: "reset" });
});
startComposer({
  say: (text) => {
    if (state.room === null) return composer.write(text); // we are just becoming somebody else
    clearRefused();
    return post({ t: "say", room: state.room, text });
  },
  commands: () => state.commands,
});
byId("skip").addEventListener("click", (event) => { // the address holds who we are: no jump may overwrite it
  event.preventDefault();
  composer.focus();
});
window.addEventListener("hashchange", () => { // a link or the reader changed the address
  const place = readPlace();
  if (place.me !== null && place.me !== state.me) become(place.me);
  else if (state.rooms.some((room) => room.id === place.room)) enter(place.room);
});
document.addEventListener("visibilitychange", () => { if (state.me !== null) markRead(); });
for (const kind of ["keydown", "pointerdown"]) {
  document.addEventListener(kind, (event) => { // the reader goes on without us; an answer sets it again
    if (!event.repeat) followUntil = 0;
  }, true);
}
