// link.js: the WebSocket: comes back by itself, and sends again, under the same `n`, what the server has not stored yet.
import { keep } from "./keep.js";

const SUBPROTOCOL = "mentord.page.1";
const DELAYS_MS = [250, 500, 1000, 2000, 4000]; // then the last one, for ever
const JITTER = 0.3;

const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");

function address() {
  const url = new URL("page", location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.hash = "";
  return url;
}

/** `who()` is the person I want to be (null: whoever the server names first); `frame`, `up`, `down` are told what happens. */
export function openLink({ who, frame, up, down }) {
  let socket = null;
  let being = null; // whom the server takes this connection for
  let tries = 0;
  let timer = 0;
  let unstored = keep.tab("unstored", []); // [{as, frame}]

  const isUp = () => socket !== null && socket.readyState === WebSocket.OPEN;
  const write = (message) => socket.send(JSON.stringify(message));
  const remember = () => keep.setTab("unstored", unstored.length > 0 ? unstored : null);

  function be(person) {
    being = person;
    if (isUp()) write(person === null ? { t: "be" } : { t: "be", person });
  }

  function sendAgain() {
    for (const entry of unstored) {
      if (entry.as !== being) be(entry.as);
      write(entry.frame);
    }
    if (who() !== being) be(who());
  }

  function connect() {
    clearTimeout(timer);
    socket = new WebSocket(address(), SUBPROTOCOL);
    socket.addEventListener("open", () => {
      tries = 0;
      be(who());
      sendAgain();
      up();
    });
    socket.addEventListener("message", (event) => hear(JSON.parse(event.data)));
    socket.addEventListener("close", () => {
      const wait = DELAYS_MS[Math.min(tries, DELAYS_MS.length - 1)];
      tries += 1;
      timer = setTimeout(connect, wait * (1 + JITTER * Math.random()));
      down();
    });
  }

  function hear(message) {
    if (message.t === "state" && being === null) being = message.me;
    if (message.t === "state" && message.me !== who() && who() !== null) return; // passed through while sending for somebody else
    let about = null;
    if (message.t === "stored" || message.t === "refused") {
      about = unstored.find((entry) => entry.frame.n === message.n) ?? null;
      unstored = unstored.filter((entry) => entry !== about);
      remember();
    }
    frame(message, about);
  }

  window.addEventListener("online", () => {
    if (socket.readyState === WebSocket.CLOSED) connect();
  });
  connect();

  return {
    be,
    isUp,
    /** Sent now or as soon as there is a connection; kept until it is stored or refused. */
    post(as, message) {
      const entry = { as, frame: { ...message, n: newId() } };
      unstored.push(entry);
      remember();
      if (isUp()) {
        if (entry.as !== being) be(entry.as);
        write(entry.frame);
      }
    },
    /** Sent now or not at all: the demo's own controls, and marks. */
    tell(message) {
      if (isUp()) write(message);
      return isUp();
    },
    unstored: () => unstored,
    forget() {
      unstored = [];
      remember();
    },
  };
}
