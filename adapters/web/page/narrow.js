// narrow.js: what a narrow page folds away: the conversations into a drawer, the clock and tools, the steps to try.
import { byId } from "./dom.js";

const wide = matchMedia("(min-width: 62em)"); // as in style.css
const side = byId("side");
const drawer = byId("drawer");
const columns = document.querySelector(".columns");

function toggles(button, parts, opened) {
  const show = (open) => {
    button.setAttribute("aria-expanded", String(open));
    parts.forEach((part) => { part.dataset.open = String(open); });
    if (open) opened();
  };
  button.addEventListener("click", () => show(button.getAttribute("aria-expanded") !== "true"));
}

export const closeDrawer = () => drawer.close();

/** The steps stand below the conversation on a narrow page: after "Do it" the composer must come back into sight. */
export function startNarrow() {
  byId("drawer-open").addEventListener("click", () => {
    drawer.append(side);
    drawer.showModal();
    (side.querySelector("[aria-current]") ?? byId("drawer-close")).focus();
  });
  byId("drawer-close").addEventListener("click", closeDrawer);
  drawer.addEventListener("close", () => columns.prepend(side));
  drawer.addEventListener("click", (event) => { if (event.target === drawer) closeDrawer(); });
  wide.addEventListener("change", () => { if (drawer.open) closeDrawer(); });
  toggles(byId("tools-toggle"), [byId("clock-tools"), byId("tools")], () => {});
  toggles(byId("try-toggle"), [byId("try")], () => {
    byId("try").scrollIntoView();
    byId("try-title").focus();
  });
}
