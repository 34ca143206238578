// composer.js: the line one writes in: a draft per person and room, and the completion of commands.
import { byId } from "./dom.js";
import { keep } from "./keep.js";
import { makeCombobox } from "./combobox.js";
import { suggestCommands } from "./complete.js";

const input = byId("composer");
const label = byId("composer-label");
let drafts = keep.tab("drafts", {});
let place = "";

function keepDraft() {
  if (input.value === "") delete drafts[place];
  else drafts[place] = input.value;
  keep.setTab("drafts", drafts);
}

/** `say(text)` sends; `commands()` are this person's. */
export function startComposer({ say, commands }) {
  const completion = makeCombobox({
    input,
    list: byId("commands"),
    suggest: (text) => suggestCommands(commands(), text),
    pick: (option) => composer.write(option.value),
    tabStays: true,
  });
  byId("composer-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = input.value.trim();
    completion.close();
    if (text !== "") {
      composer.write("");
      say(text);
    }
    input.focus();
  });
  input.addEventListener("input", keepDraft);
}

export const composer = {
  /** Shows the draft of this person in this room. */
  show(me, room) {
    const words = `${room?.kind === "direct" ? "Write to the bot" : `Write in ${room?.name ?? "this room"}`}, or / for commands`;
    label.textContent = words;
    input.placeholder = words;
    const here = `${me} ${room?.id}`;
    if (here === place) return;
    place = here;
    input.value = drafts[place] ?? "";
  },
  write(text) {
    input.value = text;
    keepDraft();
  },
  isEmpty: () => input.value === "",
  focus: () => input.focus(),
  hasFocus: () => document.activeElement === input,
  forget() {
    drafts = {};
    composer.write("");
  },
};
