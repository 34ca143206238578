// combobox.js: a text field with a list of suggestions: arrows move, Enter or Tab picks, Escape closes, the focus stays in
// the field. The pattern of the ARIA guide; the command line and the person picker use it.
import { el, freshId } from "./dom.js";

/** `suggest(text)` gives {options: [{label, detail, value}], active: index or -1}; `pick(option)` takes one;
 * `tabStays` keeps the focus in the field when Tab picks. Returns {close}. */
export function makeCombobox({ input, list, suggest, pick, tabStays }) {
  let options = [];
  let active = -1;

  const isOpen = () => !list.hidden;

  function show() {
    list.replaceChildren(...options.map((option, index) => el("li", {
      id: option.id, role: "option", class: "option", "aria-selected": String(index === active),
      on: {
        pointerdown: (event) => event.preventDefault(), // the focus stays in the field
        click: () => take(index),
      },
    }, el("span", { class: "option-label", text: option.label }), option.detail ? el("span", { class: "option-detail", text: option.detail }) : null)));
    list.hidden = options.length === 0;
    input.setAttribute("aria-expanded", String(isOpen()));
    mark();
  }

  function mark() {
    [...list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === active)));
    if (active < 0 || !isOpen()) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", options[active].id);
      list.children[active].scrollIntoView({ block: "nearest" });
    }
  }

  function refresh() {
    const found = suggest(input.value);
    options = found.options.map((option) => ({ ...option, id: freshId("option") }));
    active = found.active;
    show();
  }

  function close() {
    options = [];
    active = -1;
    show();
  }

  function take(index) {
    const option = options[index];
    close();
    pick(option);
  }

  function move(step) {
    const wasOpen = isOpen();
    if (!wasOpen) refresh();
    if (!isOpen()) return;
    if (!wasOpen || active < 0) active = step > 0 ? 0 : options.length - 1;
    else active = (active + step + options.length) % options.length;
    mark();
  }

  const keys = {
    ArrowDown: (event) => { event.preventDefault(); move(1); },
    ArrowUp: (event) => { event.preventDefault(); move(-1); },
    Escape: (event) => {
      if (!isOpen()) return;
      event.preventDefault();
      event.stopPropagation();
      close();
    },
    Enter: (event) => {
      if (!isOpen() || active < 0) return;
      event.preventDefault();
      take(active);
    },
    Tab: (event) => {
      if (!isOpen() || active < 0 || event.shiftKey) return;
      if (tabStays) event.preventDefault();
      take(active);
    },
  };

  input.addEventListener("keydown", (event) => {
    if (!event.isComposing && Object.hasOwn(keys, event.key)) keys[event.key](event);
  });
  input.addEventListener("input", refresh);
  input.addEventListener("blur", close);
  return { close };
}
