// view_card.js: one card of the bot: its words, and the controls its question needs. A closed card has no live controls.
import { el, freshId, icon, spoken } from "./dom.js";
import { drawDate, drawMany, drawOne, drawPerson, drawText } from "./view_fields.js";

const button = (choice, kind, pressed) => el("button", {
  type: "button", class: choice.primary ? `${kind} primary` : kind, text: choice.label,
  "data-control": choice.token, on: { click: () => pressed(choice) },
});

function drawButtons(choices, kind, labels, pressed) {
  if (!choices || choices.length === 0) return null;
  return el("div", { class: "row", role: "group", "aria-labelledby": labels }, ...choices.map((choice) => button(choice, kind, pressed)));
}

/** What the input of a question looks like, by its name on the link. */
const inputs = {
  buttons: (card, labels, act) => drawButtons(card.choices, "choice", labels, act.press),
  select_one: (card, labels, act) => drawOne(card, card.choices.filter((choice) => !choice.primary), labels,
    (token) => act.press(card.choices.find((choice) => choice.token === token))),
  select_many: (card, labels, act) => drawMany(card, labels, (tokens) => act.form({ choice: tokens })),
  text: (card, labels, act) => drawText(card, labels, (text) => act.form({ text })),
  date: (card, labels, act) => drawDate(card, labels, (text) => act.form({ text })),
  person: (card, labels, act) => drawPerson(card, labels, act.people(), (text) => act.form({ text })),
};

/** The answers that are shown as buttons beside a field: everything a field does not show itself. */
function sideChoices(card) {
  return ["text", "person", "date"].includes(card.input) ? card.choices : null;
}

function drawControls(card, labels, act) {
  const parts = [
    card.input === "select_one" ? drawButtons(card.choices.filter((choice) => choice.primary), "choice", labels, act.press) : null,
    inputs[card.input]?.(card, labels, act) ?? null,
    drawButtons(sideChoices(card), "choice", labels, act.press),
    drawButtons(card.extras, "extra", labels, act.press),
  ].filter((part) => part !== null);
  if (parts.length === 0) return null;
  const controls = el("div", { class: "controls" }, ...parts, el("p", { class: "card-state" }));
  // A key held down must not press the first button of the next card, which gets the focus.
  controls.addEventListener("keydown", (event) => {
    if (event.repeat && event.key === "Enter") event.preventDefault();
  });
  return controls;
}

/** It asks in a way this page does not know: then `plain` says all, and what is typed below is an answer. */
const isNewer = (card) => !card.closed && !(card.input in inputs) && ((card.input ?? "none") !== "none" || Boolean(card.input_token));

const asks = (card) => (card.input && card.input !== "none") || (card.extras?.length ?? 0) > 0;

/** Everything of the card in plain text: numbers and words are typed. */
export const drawPlain = (card) => el("div", { class: "text plain", text: card.plain ?? card.text ?? "" });

/** `act`: press(choice), form(values), people(). */
export function drawCard(card, act) {
  const titleId = card.title ? freshId("title") : null;
  const textId = card.text ? freshId("text") : null;
  const labels = [titleId, textId].filter(Boolean).join(" ") || null;
  const head = card.title || card.progress
    ? el("div", { class: "card-head" },
      card.title ? el("h3", { id: titleId, text: card.title }) : null,
      card.progress ? el("p", { class: "progress" }, spoken("Question "), card.progress) : null)
    : null;
  return el("div", { class: "card" },
    head,
    card.text ? el("div", { class: "text", id: textId, text: isNewer(card) ? card.plain : card.text }) : null,
    card.lines?.length > 0 && !isNewer(card) ? el("ul", { class: "lines" }, ...card.lines.map((line) => el("li", { text: line }))) : null,
    card.who && !isNewer(card) ? el("p", { class: "who" }, icon("eye"), el("span", {}, el("strong", { text: "Who sees this: " }), card.who)) : null,
    card.closed ? null : drawControls(card, labels, act),
    card.closed && asks(card) ? el("p", { class: "closed" }, icon("check"), "This question is closed.") : null);
}
