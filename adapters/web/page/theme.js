// theme.js: light or dark: the system's wish until the button was pressed once, then the reader's.
import { byId } from "./dom.js";
import { keep } from "./keep.js";

const system = matchMedia("(prefers-color-scheme: dark)");
const button = byId("theme-toggle");

const isDark = () => (keep.browser("theme") ?? (system.matches ? "dark" : "light")) === "dark";

function show() {
  const chosen = keep.browser("theme");
  if (chosen === null) delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = chosen;
  button.setAttribute("aria-pressed", String(isDark()));
}

export function startTheme() {
  button.addEventListener("click", () => {
    keep.setBrowser("theme", isDark() ? "light" : "dark");
    show();
  });
  system.addEventListener("change", show);
  show();
}
