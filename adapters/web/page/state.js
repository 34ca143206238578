// state.js: what the page knows, and how each message of the server changes it. No element is touched here.

export function newState(place) {
  return {
    me: place.me, room: place.room,
    people: [], rooms: [], messages: new Map(), commands: [], checklist: [],
    clock: null, botUp: true, linkUp: null, busy: null,
  };
}

/** Each takes one message and returns the names of what is to be drawn again. */
const readers = {
  state(s, f) {
    s.me = f.me;
    s.people = f.people ?? [];
    s.rooms = f.rooms ?? [];
    s.messages = new Map(Object.entries(f.messages ?? {}));
    s.commands = f.commands ?? [];
    s.checklist = f.checklist ?? [];
    s.clock = f.clock ?? null;
    s.botUp = f.link !== false;
    s.busy = f.busy ?? null;
    if (!s.rooms.some((room) => room.id === s.room)) s.room = homeRoom(s)?.id ?? null;
    return ["all"];
  },
  message(s, f) {
    const list = s.messages.get(f.room) ?? [];
    const at = list.findIndex((message) => message.id === f.message.id);
    s.messages.set(f.room, at < 0 ? [...list, f.message] : list.with(at, f.message));
    return ["messages"];
  },
  gone(s, f) {
    s.messages.set(f.room, (s.messages.get(f.room) ?? []).filter((message) => message.id !== f.message));
    return ["messages"];
  },
  room(s, f) {
    const at = s.rooms.findIndex((room) => room.id === f.room.id);
    s.rooms = at < 0 ? [...s.rooms, f.room] : s.rooms.with(at, { ...s.rooms[at], ...f.room });
    return ["rooms"];
  },
  unread(s, f) {
    s.people = s.people.map((person) => (person.id === f.person ? { ...person, unread: f.total } : person));
    if (f.person === s.me) s.rooms = s.rooms.map((room) => ({ ...room, unread: f.rooms?.[room.id] ?? 0 }));
    return ["people", "rooms"];
  },
  clock(s, f) {
    s.clock = f;
    return ["clock"];
  },
  link(s, f) {
    s.botUp = f.up;
    return ["link"];
  },
  busy(s, f) {
    s.busy = f;
    return ["busy"];
  },
  idle(s) {
    s.busy = null;
    return ["busy"];
  },
  checklist(s, f) {
    s.checklist = s.checklist.map((step) => (step.id === f.id ? { ...step, done: f.done } : step));
    return ["checklist"];
  },
};

export function apply(s, frame) {
  return Object.hasOwn(readers, frame.t) ? readers[frame.t](s, frame) : [];
}

/** Where one talks with the bot. */
export const homeRoom = (s) => s.rooms.find((room) => room.kind === "direct") ?? s.rooms[0];
export const roomOf = (s) => s.rooms.find((room) => room.id === s.room);
export const messagesOf = (s) => s.messages.get(s.room) ?? [];
export const nameOf = (s, id) => s.people.find((person) => person.id === id)?.name ?? id;
export const unreadElsewhere = (s) => s.people.reduce((sum, person) => sum + (person.id === s.me ? 0 : person.unread ?? 0), 0);
