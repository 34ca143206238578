// view_file.js: a file that hangs on a message: its name, its size, and the way to save it.
import { el, icon } from "./dom.js";

const KB = 1024;

/** "812 bytes", "47 KB", "1.2 MB". */
function sizeWords(bytes) {
  if (bytes < KB) return `${bytes} ${bytes === 1 ? "byte" : "bytes"}`;
  if (bytes < KB * KB) return `${Math.min(Math.round(bytes / KB), KB - 1)} KB`;
  return `${(bytes / (KB * KB)).toFixed(1)} MB`;
}

/** For ears: "people-2027-01-11.csv, 47 KB". */
export const fileWords = (file) => `${file.name}, ${sizeWords(file.bytes)}`;

/** One link, called as it reads: "people-2027-01-11.csv, 47 KB, download". */
export const drawFile = (file) => el("p", { class: "file" },
  el("a", { href: file.href, download: file.name, "data-control": "file" },
    icon("file"),
    el("span", {}, el("span", { class: "file-name", text: file.name }), el("span", { class: "file-about", text: `, ${sizeWords(file.bytes)}, download` }))));
