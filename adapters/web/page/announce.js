// announce.js: says short things to a screen reader, politely, one region for the whole page.
import { byId } from "./dom.js";

const GATHER_MS = 150; // what comes together is said together
const CHARS_MAX = 160;

const region = byId("announcer");
let waiting = [];
let timer = 0;

export function shorten(text) {
  const flat = text.replace(/\s+/g, " ").trim();
  return flat.length <= CHARS_MAX ? flat : `${flat.slice(0, flat.lastIndexOf(" ", CHARS_MAX))} …`;
}

export function announce(text) {
  waiting.push(shorten(text));
  clearTimeout(timer);
  timer = setTimeout(() => {
    region.textContent = waiting.join(" ");
    waiting = [];
  }, GATHER_MS);
}
