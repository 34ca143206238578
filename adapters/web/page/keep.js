// keep.js: what outlives a refresh: in this tab (session), in this browser (choices), in the address (who and where).

function read(store, key, otherwise) {
  try {
    const text = store.getItem(`mentord.${key}`);
    return text === null ? otherwise : JSON.parse(text);
  } catch {
    return otherwise; // a full or forbidden store: the page works without it
  }
}

function write(store, key, value) {
  try {
    if (value === null) store.removeItem(`mentord.${key}`);
    else store.setItem(`mentord.${key}`, JSON.stringify(value));
  } catch {
    // as above: ignoring
  }
}

export const keep = {
  tab: (key, otherwise = null) => read(sessionStorage, key, otherwise),
  setTab: (key, value) => write(sessionStorage, key, value),
  browser: (key, otherwise = null) => read(localStorage, key, otherwise),
  setBrowser: (key, value) => write(localStorage, key, value),
};

/** Who I am and where, from the address (a link can carry it), else from this tab. */
export function readPlace() {
  const address = new URLSearchParams(location.hash.slice(1));
  const kept = keep.tab("place", {});
  const me = address.get("as") ?? kept.me ?? null;
  return { me, room: address.get("in") ?? (me === kept.me ? kept.room : null) ?? null };
}

export function writePlace(me, room) {
  keep.setTab("place", { me, room });
  const address = new URLSearchParams({ as: me, in: room ?? "" });
  history.replaceState(null, "", `#${address}`);
}
