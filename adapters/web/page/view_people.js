// view_people.js: "You are": a menu of everybody in the demo, by workspace, with what each has not read yet.
import { byId, counted, el, freshId, spoken } from "./dom.js";
import { badge } from "./view_sidebar.js";

const button = byId("person-button");
const menu = byId("person-menu");
const TYPED_MS = 700;

const items = () => [...menu.querySelectorAll("[role=menuitemradio]")];
const isOpen = () => !menu.hidden;

function open() {
  menu.hidden = false;
  button.setAttribute("aria-expanded", "true");
  (menu.querySelector("[aria-checked=true]") ?? items()[0])?.focus();
}

function close(focusBack) {
  menu.hidden = true;
  button.setAttribute("aria-expanded", "false");
  if (focusBack) button.focus();
}

function move(to) {
  const all = items();
  all[(to + all.length) % all.length]?.focus();
}

let typed = "";
let typedAt = 0;

/** Letters jump to the next name that begins with them. */
function jump(letter, now) {
  typed = now - typedAt > TYPED_MS ? letter : typed + letter;
  typedAt = now;
  const all = items();
  const from = all.indexOf(document.activeElement) + (typed.length === 1 ? 1 : 0);
  const round = [...all.slice(from), ...all.slice(0, from)];
  round.find((item) => item.dataset.name.toLowerCase().startsWith(typed.toLowerCase()))?.focus();
}

const keys = {
  ArrowDown: () => move(items().indexOf(document.activeElement) + 1),
  ArrowUp: () => move(items().indexOf(document.activeElement) - 1),
  Home: () => move(0),
  End: () => move(-1),
  Escape: () => close(true),
};

export function startPeople() {
  button.addEventListener("click", () => (isOpen() ? close(true) : open()));
  button.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    open();
  });
  menu.addEventListener("keydown", (event) => {
    if (Object.hasOwn(keys, event.key)) {
      event.preventDefault();
      keys[event.key]();
    } else if (event.key === "Tab") close(true); // and on to the next place, as from the button
    else if (event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey) jump(event.key, event.timeStamp);
  });
  menu.addEventListener("focusout", (event) => {
    if (isOpen() && !menu.contains(event.relatedTarget) && event.relatedTarget !== button) close(false);
  });
}

/** A workspace's name; of an id like "web/city" its last part. */
function workspaceWords(workspace) {
  const last = (workspace ?? "").replace(/^\w+\//, "");
  return last.charAt(0).toUpperCase() + last.slice(1);
}

function drawPerson(person, me, choose) {
  return el("button", {
    type: "button", role: "menuitemradio", tabindex: -1, class: "menu-item", "data-name": person.name,
    "aria-checked": String(person.id === me),
    on: { click: () => { close(true); choose(person.id); } },
  },
  el("span", { class: "tick", "aria-hidden": "true" }),
  el("span", { class: "menu-name" }, person.name, person.about ? el("span", { class: "muted" }, spoken(", "), person.about) : null),
  person.id !== me && person.unread > 0 ? el("span", { class: "menu-unread" }, spoken(", "), badge(person.unread)) : null);
}

export function drawPeople({ people, me, name, elsewhere, choose }) {
  byId("person-name").textContent = name;
  byId("person-elsewhere").textContent = elsewhere > 0 ? `${elsewhere} unread elsewhere` : "";
  button.title = elsewhere > 0 ? `${counted(elsewhere, "message")} that other people have not read yet` : "";
  const focused = isOpen() ? document.activeElement?.dataset.name : undefined;
  const workspaces = [...new Set(people.map((person) => person.workspace))];
  menu.replaceChildren(...workspaces.map((workspace) => {
    const id = freshId("workspace");
    return el("div", { role: "group", "aria-labelledby": id },
      el("div", { class: "menu-title", id, role: "presentation", text: workspaceWords(workspace) }),
      ...people.filter((person) => person.workspace === workspace).map((person) => drawPerson(person, me, choose)));
  }));
  if (focused !== undefined) items().find((item) => item.dataset.name === focused)?.focus();
}
