// view_clock.js: the demo's clock: what time it is there, what is due next, and the buttons that move it.
import { byId, setWaiting, isWaiting } from "./dom.js";

const go = byId("clock-go");
const ahead = [...document.querySelectorAll("[data-ahead]")];
let now = 0;

/** `move(frame)` asks for another time. */
export function startClock(move) {
  go.addEventListener("click", () => { if (!isWaiting(go)) move({ t: "clock_next" }); });
  ahead.forEach((button) => button.addEventListener("click", () => {
    if (!isWaiting(button)) move({ t: "clock_to", due: now + Number(button.dataset.ahead) });
  }));
}

/** `waits`: somebody is busy, or there is no connection. */
export function drawClock(clock, waits) {
  now = clock?.now ?? 0;
  const isDue = Boolean(clock?.next);
  byId("clock-now").textContent = clock?.words ?? "not known yet";
  byId("clock-next").textContent = isDue ? `Next: ${clock.next_words}` : clock === null ? "" : "Nothing is due.";
  setWaiting(go, waits || !isDue);
  ahead.forEach((button) => setWaiting(button, waits || clock === null));
}
