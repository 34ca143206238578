// view_fields.js: the fields a card can ask with: one of several, some of several, words, a day, a person.
import { el, freshId } from "./dom.js";
import { makeCombobox } from "./combobox.js";
import { calendarWords } from "./when.js";

const SHORT_CHARS = 120; // a longer answer gets several lines
const NAMES_MAX = 8;

const ids = (...some) => some.filter(Boolean).join(" ");

/** A sentence under a field that says what is missing. It is there from the start, so that it is heard when it fills. */
function makeProblem() {
  const id = freshId("problem");
  const line = el("p", { class: "problem", id, role: "alert" });
  return {
    line,
    id,
    say(field, text) {
      line.textContent = text;
      if (field === null) return;
      if (text === "") field.removeAttribute("aria-invalid");
      else {
        field.setAttribute("aria-invalid", "true");
        field.focus();
      }
    },
  };
}

const done = (words, on) => el("button", { type: "button", class: "choice primary", text: words, "data-control": "done", on: { click: on } });

/** `choices` are those of the list; what the card would have most people do stands beside it as a button. */
export function drawOne(card, choices, labels, choose) {
  const problem = makeProblem();
  const id = freshId("select");
  const hasButtons = choices.length < card.choices.length;
  const select = el("select", { id, "data-control": "field", "aria-describedby": ids(labels, problem.id) },
    el("option", { value: "", text: "Please choose" }),
    ...choices.map((choice) => el("option", { value: choice.token, text: choice.label })));
  select.addEventListener("change", () => problem.say(select, ""));
  const send = () => (select.value === "" ? problem.say(select, "Please choose one first.") : choose(select.value));
  return el("div", { class: "field" }, el("label", { for: id, text: card.input_label ?? (hasButtons ? "Or something else" : "Your answer") }),
    el("div", { class: "row" }, select, done("Done", send)), problem.line);
}

export function drawMany(card, labels, choose) {
  const problem = makeProblem();
  const countId = freshId("count");
  const max = card.max > 0 ? card.max : card.choices.length;
  const count = el("p", { class: "muted", id: countId });
  const boxes = card.choices.map((choice) => el("input", { type: "checkbox", value: choice.token, "data-control": choice.token }));
  const picked = () => boxes.filter((box) => box.checked).map((box) => box.value);
  const showCount = () => { count.textContent = `${picked().length} picked${max < boxes.length ? `, at most ${max}` : ""}`; };
  boxes.forEach((box) => box.addEventListener("change", () => {
    const over = picked().length > max;
    if (over) box.checked = false;
    problem.say(null, over ? `You can pick up to ${max}. Take one away first.` : "");
    showCount();
  }));
  const send = () => {
    if (picked().length > 0) choose(picked());
    else problem.say(null, "Please pick at least one first.");
  };
  showCount();
  return el("div", { class: "field" },
    el("fieldset", { class: "many", "aria-describedby": ids(labels, countId) },
      el("legend", { text: card.input_label ?? (max < boxes.length ? `Pick up to ${max}` : "Pick what fits") }),
      el("div", { class: "checks" }, ...card.choices.map((choice, index) => el("label", { class: "check" }, boxes[index], el("span", { text: choice.label })))),
      count),
    el("div", { class: "row" }, done("Done", send)), problem.line);
}

export function drawText(card, labels, write) {
  const problem = makeProblem();
  const [id, countId] = [freshId("words"), freshId("count")];
  const max = card.chars_max > 0 ? card.chars_max : 0;
  const isShort = max > 0 && max <= SHORT_CHARS;
  const field = el(isShort ? "input" : "textarea", {
    id, type: isShort ? "text" : null, rows: isShort ? null : 3, "data-control": "field", autocomplete: "off",
    "aria-describedby": ids(labels, max > 0 ? countId : null, problem.id),
  });
  const length = () => [...field.value].length;
  const count = max > 0 ? el("p", { class: "muted", id: countId }) : null;
  const showCount = () => { if (count !== null) count.textContent = `${length()} of ${max} characters`; };
  const send = () => {
    if (field.value.trim() === "") problem.say(field, "Please write something first.");
    else if (max > 0 && length() > max) problem.say(field, `That is ${length() - max} too long. Please shorten it.`);
    else write(field.value.trim());
  };
  field.addEventListener("input", () => {
    showCount();
    problem.say(null, "");
    field.removeAttribute("aria-invalid");
  });
  if (isShort) field.addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.isComposing) send(); });
  showCount();
  return el("div", { class: "field" }, el("label", { for: id, text: card.input_label ?? "Your answer" }), field, count,
    el("div", { class: "row" }, done("Send", send)), problem.line);
}

/** What is wrong with the day in a calendar field; "": nothing. `iso` sorts as text. */
function dayProblem(card, field) {
  const [first, last] = [card.date_min ?? "", card.date_max ?? ""];
  if (field.validity.badInput) return "I cannot find that day in the calendar. Please look once more.";
  if (field.value === "") return "Please pick a day first.";
  if (field.value >= first && (last === "" || field.value <= last)) return "";
  const from = first === "" ? "" : ` from ${calendarWords(first)}`, to = last === "" ? "" : ` to ${calendarWords(last)}`;
  return `It can be any day${from}${to}. Please pick one of those.`;
}

/** The browser's own calendar field: typed or picked, in the reader's way of writing days. */
export function drawDate(card, labels, write) {
  const problem = makeProblem();
  const id = freshId("day");
  const field = el("input", {
    id, type: "date", "data-control": "field", min: card.date_min ?? null, max: card.date_max ?? null, "aria-describedby": ids(labels, problem.id),
  });
  field.value = card.date_set ?? "";
  const send = () => {
    const words = dayProblem(card, field);
    if (words === "") write(field.value);
    else problem.say(field, words);
  };
  field.addEventListener("input", () => {
    problem.say(null, "");
    field.removeAttribute("aria-invalid");
  });
  field.addEventListener("keydown", (event) => { if (event.key === "Enter") send(); });
  return el("div", { class: "field" }, el("label", { for: id, text: card.input_label ?? "The day" }),
    el("div", { class: "row" }, field, done("Done", send)), problem.line);
}

/** `people`: [{name, about}]. A name nobody here has is sent too: the bot says what it makes of it. */
export function drawPerson(card, labels, people, send) {
  const problem = makeProblem();
  const [id, listId] = [freshId("person"), freshId("names")];
  const field = el("input", {
    id, type: "text", role: "combobox", "data-control": "field", autocomplete: "off", "aria-autocomplete": "list",
    "aria-expanded": "false", "aria-controls": listId, "aria-describedby": ids(labels, problem.id),
  });
  const list = el("ul", { class: "options", id: listId, role: "listbox", "aria-label": "People", hidden: true });
  const same = (one, other) => one.toLowerCase() === other.toLowerCase();
  const suggest = (text) => {
    const typed = text.trim().toLowerCase();
    if (people.some((person) => same(person.name, typed))) return { options: [], active: -1 };
    const found = people.filter((person) => person.name.toLowerCase().split(" ").concat(person.name.toLowerCase()).some((word) => word.startsWith(typed)));
    return { options: found.slice(0, NAMES_MAX).map((person) => ({ label: person.name, detail: person.about, value: person.name })), active: typed === "" ? -1 : 0 };
  };
  makeCombobox({ input: field, list, suggest, pick: (option) => { field.value = option.value; }, tabStays: false });
  field.addEventListener("input", () => {
    problem.say(null, "");
    field.removeAttribute("aria-invalid");
  });
  const answer = () => {
    const text = field.value.trim();
    if (text === "") problem.say(field, "Please type a name first.");
    else send(people.find((person) => same(person.name, text))?.name ?? text);
  };
  field.addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.defaultPrevented && !event.isComposing) answer(); });
  return el("div", { class: "field" }, el("label", { for: id, text: card.input_label ?? "Name" }),
    el("div", { class: "row" }, el("div", { class: "with-options" }, field, list), done("Done", answer)), problem.line);
}
