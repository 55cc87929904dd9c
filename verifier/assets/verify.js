// Reads what is to be checked (the fragment of a QR code's link, or the form), asks the API, shows the
// answer. The fragment holds personal data: it goes out in a request's body only, and leaves the address
// bar and the history.

import { fill, offerReceipt } from "./verdict.js";
import { offerPrint } from "./print.js";

const lang = document.documentElement.lang.startsWith("zh") ? "zh" : "en";
const place = document.getElementById("answer");
const form = document.getElementById("hand-in");
const languageSwitch = document.getElementById("switch");
const part = (id) => document.getElementById(id);

// Only the newest answer is shown: an earlier one may come later.
let newest = 0;

function show(content, done) {
  place.replaceChildren(content);
  document.body.classList.toggle("answered", done);
}

function fail(message, code) {
  const failure = part("failure").content.cloneNode(true);
  failure.querySelector("[data-text=message]").textContent = message;
  failure.querySelector("[data-text=code]").textContent = code ?? "";
  if (!code) failure.querySelector("[data-if=code]").remove();
  show(failure, false);
}

async function check(body, headers) {
  const mine = ++newest;
  show(part("waiting").content.cloneNode(true), false);
  const answer = await ask(body, headers);
  if (mine !== newest) return;
  if (answer === null) {
    fail(part("offline").content.textContent);
  } else if (answer.error && !answer.verdict) {
    fail(answer[`message_${lang}`], answer.error);
  } else {
    const verdict = fill(part("verdict"), answer, lang);
    offerReceipt(verdict, answer);
    offerPrint(verdict);
    show(verdict, true);
    document.title = `${place.querySelector("h1").textContent} · ${document.title.split(" · ").pop()}`;
  }
  place.focus();
  place.scrollIntoView({ block: "start" });
}

// The API's answer; null when there is none to be had.
async function ask(body, headers) {
  try {
    const response = await fetch("/api/v1/check", {
      method: "POST", body, headers, cache: "no-store", credentials: "omit", referrerPolicy: "no-referrer",
    });
    return await response.json();
  } catch {
    return null;
  }
}

const checkText = (text) => check(JSON.stringify({ qr: text }), { "content-type": "application/json" });

// The link that a QR code led to. What was in the address bar is kept in this page's memory only, for the
// switch of languages.
function readFragment() {
  const fragment = location.hash.slice(1);
  if (!/^\d/.test(fragment)) return false;
  const text = `${location.origin}/v#${fragment}`;
  history.replaceState(null, "", location.pathname + location.search);
  languageSwitch.addEventListener("click", () => {
    languageSwitch.hash = fragment;
  });
  checkText(text);
  return true;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const file = form.elements.file.files[0] ?? form.elements.photo.files[0];
  if (file) {
    const body = new FormData();
    body.append("file", file, "file");
    check(body);
  } else if (form.elements.text.value.trim()) {
    checkText(form.elements.text.value);
  } else {
    form.elements.file.focus();
  }
});

// A photograph that was just taken needs no second press.
form.elements.photo.addEventListener("change", () => form.requestSubmit());

if (location.pathname === "/v") {
  if (!readFragment()) fail(part("no-fragment").content.textContent);
  // A second code that is scanned while this page is open changes only the fragment.
  window.addEventListener("hashchange", readFragment);
}
