// view_messages.js: the messages of one room. What did not change keeps its element, so focus and half-typed answers survive.
import { byId, el, setWaiting, spoken } from "./dom.js";
import { drawCard, drawPlain } from "./view_card.js";
import { drawFile } from "./view_file.js";
import { dayWords, timeWords } from "./when.js";

const NEAR_END_PX = 80;
const TOGETHER_MS = 5 * 60 * 1000; // within this, the same writer's name is not repeated to the eye
const CONTROLS = "button, select, input, textarea";

const list = byId("messages");
const scroller = byId("scroller");
const more = byId("more");
const drawn = new Map(); // key → {node, signature}
let shownPlace = null;
let isAtEnd = true; // the reader follows the conversation, and has not scrolled up in it

/** What stands in the room, in order: days, messages, and what of mine is still on its way. */
function itemsOf(view) {
  const items = [];
  let day = null;
  let before = null;
  for (const message of view.messages) {
    const words = dayWords(message.at);
    if (words !== day) {
      items.push({ key: `day ${words} ${message.id}`, signature: words, build: () => el("li", { class: "day" }, el("span", { text: words })) });
      day = words;
      before = null;
    }
    items.push({
      key: `message ${message.id}`,
      signature: JSON.stringify([message, view.me, view.plain]),
      follows: before !== null && before.from === message.from && before.only === message.only && message.at - before.at < TOGETHER_MS,
      build: () => drawMessage(message, view),
    });
    before = message;
  }
  for (const entry of view.unstored.filter(({ frame }) => frame.t === "say" && frame.room === view.room)) {
    const words = view.linkUp ? "Sending …" : "Kept here. It is sent when the connection is back.";
    items.push({ key: `mine ${entry.frame.n}`, signature: words, build: () => drawUnstored(entry.frame.text, words) });
  }
  if (items.length === 0) items.push({ key: "empty", signature: view.hint, build: () => el("li", { class: "empty", text: view.hint }) });
  return items;
}

function drawUnstored(text, words) {
  return el("li", { class: "message own unstored" },
    el("div", { class: "bubble" }, spoken("You: "), el("div", { class: "text", text }), el("p", { class: "muted", text: words })));
}

function initials(name) {
  const words = name.split(" ").filter(Boolean);
  return ((words[0]?.[0] ?? "") + (words.length > 1 ? words.at(-1)[0] : "")).toUpperCase();
}

function drawMessage(message, view) {
  const own = message.from === view.me;
  const kind = own ? "own" : message.from === "bot" ? "bot" : "other";
  const head = el("p", { class: "message-head" },
    el("span", { class: "name", text: own ? "You" : message.name ?? view.nameOf(message.from) }),
    el("time", { datetime: new Date(message.at).toISOString(), text: timeWords(message.at) }));
  const body = [head, message.only ? el("p", { class: "only", text: "Only you can see this." }) : null];
  if (message.card && view.plain) body.push(drawPlain(message.card));
  else if (message.card) body.push(drawCard(message.card, view.actOn(message)));
  else if (message.text || !message.file) body.push(el("div", { class: "text", text: message.text ?? "" }));
  if (message.file) body.push(drawFile(message.file));
  return el("li", { class: `message ${kind}` },
    own ? null : el("span", { class: "avatar", "aria-hidden": "true", text: initials(message.name ?? view.nameOf(message.from)) }),
    el("div", { class: "bubble" }, ...body));
}

/** Puts `items` into the list, keeping every element whose signature is the same. */
function reconcile(items) {
  const wanted = new Set(items.map((item) => item.key));
  for (const [key, { node }] of drawn) {
    if (wanted.has(key)) continue;
    node.remove();
    drawn.delete(key);
  }
  items.forEach((item, index) => {
    const old = drawn.get(item.key);
    const node = old?.signature === item.signature ? old.node : item.build();
    if (old !== undefined && old.node !== node) old.node.replaceWith(node);
    if (list.children[index] !== node) list.insertBefore(node, list.children[index] ?? null);
    drawn.set(item.key, { node, signature: item.signature });
    node.classList.toggle("follows", item.follows === true);
  });
}

/** A card whose answer is on its way waits, and says so. */
function markWaiting(view) {
  const waiting = new Set(view.unstored.map(({ frame }) => frame.message).filter(Boolean));
  for (const message of view.messages) {
    const node = drawn.get(`message ${message.id}`)?.node;
    const controls = node?.querySelector(".controls");
    if (!controls) continue;
    const waits = waiting.has(message.id);
    controls.querySelectorAll("button").forEach((button) => setWaiting(button, waits));
    const words = waits ? (view.linkUp ? "Sending …" : "Your answer is kept, and sent when the connection is back.") : "";
    const state = controls.querySelector(".card-state");
    if (state.textContent !== words) state.textContent = words;
  }
}

const isNearEnd = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_END_PX;
function scrollToEnd() {
  isAtEnd = true;
  scroller.scrollTop = scroller.scrollHeight;
  more.hidden = true;
}

/** The control that had the focus, or its successor in the redrawn card; undefined when the focus was elsewhere. */
function holdFocus() {
  const held = document.activeElement;
  if (!list.contains(held)) return () => true;
  const key = [...drawn].find(([, { node }]) => node.contains(held))?.[0];
  const control = held.dataset.control;
  return () => {
    if (held.isConnected) return true;
    const controls = [...(drawn.get(key)?.node.querySelectorAll("[data-control]") ?? [])];
    const again = controls.find((one) => one.dataset.control === control);
    again?.focus();
    return again !== undefined;
  };
}

/** `view`: {place, room, me, messages, unstored, plain, hint, linkUp, nameOf, actOn(message), lostFocus()}; `hint` is for an
 * empty room. */
export function drawMessages(view) {
  const moved = view.place !== shownPlace;
  const stay = !moved && !isAtEnd;
  const lengthBefore = drawn.size;
  const restore = holdFocus();
  if (moved) {
    drawn.clear();
    list.replaceChildren();
  }
  shownPlace = view.place;
  reconcile(itemsOf(view));
  markWaiting(view);
  if (!restore()) view.lostFocus();
  if (!stay) scrollToEnd();
  else if (drawn.size > lengthBefore) more.hidden = false;
}

/** Moves the focus to the first control of this message's card; false when it has none. */
export function focusCard(id) {
  const control = drawn.get(`message ${id}`)?.node.querySelector(`.controls :is(${CONTROLS})`);
  control?.focus();
  return Boolean(control);
}

export function startMessages() {
  more.addEventListener("click", () => {
    scrollToEnd();
    scroller.focus();
  });
  scroller.addEventListener("scroll", () => {
    isAtEnd = isNearEnd();
    if (isAtEnd) more.hidden = true;
  });
  new ResizeObserver(() => { if (isAtEnd) scrollToEnd(); }).observe(scroller); // a banner, a note, a keyboard on the screen
}
