// reset.js: asks, in the page, before the demo starts again.
import { byId, isWaiting, setWaiting } from "./dom.js";

const button = byId("reset-button");
const dialog = byId("reset-dialog");

export function startReset(reset) {
  button.addEventListener("click", () => { if (!isWaiting(button)) dialog.showModal(); });
  byId("reset-no").addEventListener("click", () => dialog.close());
  byId("reset-yes").addEventListener("click", () => {
    dialog.close();
    reset();
  });
}

export const drawReset = (waits) => setWaiting(button, waits);
