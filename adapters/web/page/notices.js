// notices.js: the banner of a lost connection, and the short notes above the composer. Nothing covers anything.
import { byId, el, icon, spoken } from "./dom.js";
import { announce } from "./announce.js";

const TOAST_MS = 12000;
const TOASTS_MAX = 3;
const banner = byId("banner");
const strip = byId("notices");

export function showBanner(text) {
  if (banner.textContent !== text) banner.textContent = text;
}

/** A note that can be put away. `stays`: until then; else it leaves by itself, but never under the reader's hand. */
export function note(text, { stays, lostFocus }) {
  const leave = () => {
    const hadFocus = box.contains(document.activeElement);
    box.remove();
    if (hadFocus) lostFocus();
  };
  const box = el("div", { class: stays ? "note refused" : "note" },
    el("p", {}, stays ? el("strong", { text: "Not sent. " }) : null, text),
    el("button", { type: "button", class: "quiet icon-button", on: { click: leave } }, icon("close"), spoken("Put this note away")));
  strip.append(box);
  while (strip.children.length > TOASTS_MAX && !strip.firstChild.contains(document.activeElement)) strip.firstChild.remove();
  announce(stays ? `Not sent. ${text}` : text);
  if (stays) return;
  const timer = setInterval(() => {
    if (box.matches(":hover, :focus-within")) return;
    clearInterval(timer);
    box.remove();
  }, TOAST_MS);
}

/** Something new was sent: what was not sent before is no news any more. */
export const clearRefused = () => strip.querySelectorAll(".refused").forEach((box) => box.remove());
