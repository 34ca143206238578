// view_checklist.js: "Try this": the steps of the demo, and the button that lets everyone else answer.
import { byId, counted, el, icon, isWaiting, setWaiting, spoken } from "./dom.js";

const steps = byId("steps");
const toggle = byId("try-toggle");
const everyone = byId("everyone");
const opened = new Map(); // step id → what the reader chose; else the next open step is open

export function startChecklist({ letEveryoneAnswer }) {
  everyone.addEventListener("click", () => { if (!isWaiting(everyone)) letEveryoneAnswer(); });
}

function drawStep(step, isNext, act) {
  const canDo = Boolean(step.as || step.say);
  const details = el("details", { class: "step-body", open: opened.get(step.id) ?? isNext },
    el("summary", {},
      el("span", { class: "mark" }, step.done ? icon("check") : null),
      el("span", { class: "step-title" }, step.title, step.done ? spoken(", done") : isNext ? spoken(", next") : null)),
    step.how ? el("p", { class: "how", text: step.how }) : null,
    canDo ? el("button", { type: "button", class: "small", on: { click: () => act(step) } }, "Do it", spoken(`: ${step.title}`)) : null);
  details.querySelector("summary").addEventListener("click", () => opened.set(step.id, !details.open));
  return el("li", { class: step.done ? "step done" : isNext ? "step next" : "step", "data-step": step.id }, details);
}

/** `act(step)` takes the reader to where the step is done. */
export function drawChecklist(checklist, act) {
  const held = steps.contains(document.activeElement) ? document.activeElement : null;
  const [heldStep, heldName] = [held?.closest("[data-step]")?.dataset.step, held?.localName];
  const next = checklist.find((step) => !step.done)?.id;
  steps.replaceChildren(...checklist.map((step) => drawStep(step, step.id === next, act)));
  if (held !== null) {
    const item = [...steps.children].find((one) => one.dataset.step === heldStep);
    (item?.querySelector(heldName) ?? byId("try-title")).focus();
  }
  const count = checklist.filter((step) => step.done).length;
  byId("try-count").textContent = checklist.length === 0 ? "" : `${count} of ${counted(checklist.length, "step")} done`;
  toggle.textContent = `Try this (${count} of ${checklist.length})`;
}

export function drawEveryone(busy, isUp) {
  setWaiting(everyone, busy !== null || !isUp);
  byId("busy").hidden = busy === null;
  if (busy === null) return;
  byId("busy-words").textContent = busy.what === "everyone"
    ? `Everyone else is answering: ${counted(busy.done ?? 0, "answer")} so far.`
    : "The bot is working. This takes a moment.";
}
