// view_sidebar.js: the conversations of this person, with their unread marks.
import { byId, counted, el, icon, spoken } from "./dom.js";

const list = byId("rooms");
const drawerUnread = byId("drawer-unread");
const KINDS = { direct: "only you and the bot", private: "private room", public: "open to all" };

export const kindWords = (room) => KINDS[room?.kind] ?? "";

/** A number of unread messages for eye and ear. */
export function badge(count) {
  return count > 0 ? el("span", { class: "badge" }, String(count), spoken(" unread")) : null;
}

/** `open(room id)` shows a room. Elements are kept, so that a mark that comes does not move the focus. */
export function drawSidebar(rooms, current, open) {
  const old = new Map([...list.querySelectorAll("button")].map((button) => [button.dataset.room, button]));
  const wanted = rooms.map((room) => {
    const button = old.get(room.id) ?? el("button", { type: "button", class: "room", "data-room": room.id, on: { click: () => open(room.id) } });
    const unread = room.id === current ? 0 : room.unread ?? 0;
    button.replaceChildren(icon(KINDS[room.kind] ? room.kind : "public"),
      el("span", { class: "room-name", text: room.name.replace(/^#\s*/, "") /* the icon says it */ }), spoken(`, ${kindWords(room)}${unread > 0 ? ", " : ""}`), ...[badge(unread)].filter(Boolean));
    button.classList.toggle("unread", unread > 0);
    if (room.id === current) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
    return button;
  });
  [...list.children].filter((item) => !wanted.includes(item.firstChild)).forEach((item) => item.remove());
  wanted.forEach((button) => { if (!list.contains(button)) list.append(el("li", {}, button)); });
  const total = rooms.reduce((sum, room) => sum + (room.id === current ? 0 : room.unread ?? 0), 0);
  drawerUnread.hidden = total === 0;
  drawerUnread.replaceChildren(String(total), spoken(` ${counted(total, "unread message").replace(/^\d+ /, "")}`));
}
