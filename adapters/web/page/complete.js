// complete.js: what can be completed after "/": the commands this person may use, best match first. Pure.

const PREFIX = "/mentor ";

/** The whole command as it is typed. */
export const commandText = (command) => (command.name.startsWith("/") ? command.name : PREFIX + command.name);

/** What was typed so far of a command's name; null when these words are no command. */
function typedName(text) {
  if (!text.startsWith("/")) return null;
  const whole = text.toLowerCase();
  return whole.startsWith(PREFIX) ? whole.slice(PREFIX.length).trimStart() : whole.slice(1);
}

/** 0: begins with it, 1: a later word does, 2: it may still become the prefix that stands before every name, -1: not at all. */
function rank(name, typed) {
  const bare = name.replace(/^\//, "").toLowerCase();
  if (bare.startsWith(typed)) return 0;
  if (bare.split(" ").some((word) => word.startsWith(typed))) return 1;
  return PREFIX.startsWith(`/${typed}`) ? 2 : -1;
}

/** For combobox.js. What is already complete (the bare "/mentor" too) is not picked for the reader: Enter then sends it. */
export function suggestCommands(commands, text) {
  const typed = typedName(text);
  if (typed === null) return { options: [], active: -1 };
  const found = commands
    .map((command) => ({ command, rank: rank(command.name, typed) }))
    .filter((one) => one.rank >= 0)
    .sort((a, b) => a.rank - b.rank)
    .map(({ command }) => command);
  const whole = text.trim().toLowerCase();
  const complete = whole === PREFIX.trim() || found.some((command) => commandText(command) === whole);
  if (complete && found.length === 1) return { options: [], active: -1 };
  const options = found.map((command) => ({
    label: command.args ? `${commandText(command)} ${command.args}` : commandText(command),
    detail: [command.help, command.who].filter(Boolean).join(" · "),
    value: command.args ? `${commandText(command)} ` : commandText(command),
  }));
  return { options, active: complete ? -1 : 0 };
}
