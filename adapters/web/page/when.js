// when.js: times of the demo in words, in the scheme's zone when the server names it, else in the reader's.

let zone;

export function setZone(name) {
  try {
    new Intl.DateTimeFormat("en-GB", { timeZone: name });
    zone = name;
  } catch {
    zone = undefined; // a zone this browser does not know
  }
}

const say = (at, parts) => new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...parts }).format(new Date(at));

/** "Monday 11 January 2027" */
export const dayWords = (at) => say(at, { weekday: "long", day: "numeric", month: "long", year: "numeric" }).replace(",", "");

/** The same for "2027-01-11", a day that no zone moves. */
export const calendarWords = (iso) =>
  new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", weekday: "long", day: "numeric", month: "long", year: "numeric" }).format(new Date(iso)).replace(",", "");

/** "10:05" */
export const timeWords = (at) => say(at, { hour: "2-digit", minute: "2-digit" });
