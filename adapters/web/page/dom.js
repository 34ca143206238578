// dom.js: makes elements. Data only ever becomes text, never markup.

let last = 0;

/** An id nobody else has, for labels and descriptions. */
export function freshId(stem) {
  last += 1;
  return `${stem}-${last}`;
}

/** The element of the page with this id; its absence is our bug. */
export function byId(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found;
}

/** One element. `props`: attributes by name; true means present, false, null and undefined mean absent; `text` is its
 * words; `on` its listeners. */
export function el(name, props = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (key === "text") made.textContent = value;
    else if (key === "on") Object.entries(value).forEach(([event, heard]) => made.addEventListener(event, heard));
    else made.setAttribute(key, value === true ? "" : String(value));
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** One of the drawings in index.html; never the only bearer of a meaning. */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const drawing = document.createElementNS(space, "svg");
  const use = document.createElementNS(space, "use");
  drawing.setAttribute("class", "icon");
  drawing.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#i-${name}`);
  drawing.append(use);
  return drawing;
}

/** Words for ears only. */
export const spoken = (text) => el("span", { class: "sr-only", text });

/** A button that waits stays reachable and says so; `disabled` would throw the focus away. */
export function setWaiting(button, waiting) {
  if (waiting) button.setAttribute("aria-disabled", "true");
  else button.removeAttribute("aria-disabled");
}

export const isWaiting = (button) => button.getAttribute("aria-disabled") === "true";

/** "1 answer", "3 answers". */
export const counted = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;
