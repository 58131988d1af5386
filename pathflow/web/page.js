// The preview: fetches what is to be shown whenever a file changed, and joins picture, findings, tests and text by their lines.
"use strict";

const at = (id) => document.getElementById(id);
let state = null;
let scale = 1;
let fits = true; // until somebody makes it larger or smaller
let here = 0;
let asked = 0;

function make(kind, words, classes) {
  const made = document.createElement(kind);
  if (words !== undefined) made.textContent = words;
  if (classes) made.className = classes;
  return made;
}

async function refresh() {
  const turn = ++asked;
  const query = new URLSearchParams({ view: at("view").value, lying: at("lying").checked ? "1" : "" });
  try {
    const answer = await fetch("state?" + query);
    const found = await answer.json();
    if (turn !== asked) return; // a later one is on its way
    state = found;
  } catch {
    say(state ? state.words.lost : "…");
    return;
  }
  show();
}

function say(words) {
  at("trouble").textContent = words;
  at("trouble").hidden = !words;
}

function show() {
  const words = state.words;
  document.documentElement.lang = state.language;
  for (const one of document.querySelectorAll("[data-word]")) one.textContent = words[one.dataset.word];
  for (const one of document.querySelectorAll("[data-label]")) one.setAttribute("aria-label", words[one.dataset.label]);
  say(state.trouble);
  showViews();
  showPicture();
  showFindings();
  showTests();
  showText();
  const failed = state.tests.filter((one) => one.failures.length).length;
  const tests = `${words.tests}: ${state.tests.length - failed} ${words.passed}, ${failed} ${words.failed}`;
  at("counts").textContent = `${words.findings}: ${state.findings.length} · ${tests}`;
  at("tests-head").textContent = tests;
  if (failed) at("tests-box").open = true;
  at("counts").dataset.version = state.version;
}

function showViews() {
  const select = at("view");
  const before = select.value;
  select.replaceChildren();
  const choices = [["", state.words.whole], ["overview", state.words.overview], ...state.providers.map((p) => [p.name, p.label])];
  for (const [value, label] of choices) {
    const option = make("option", label);
    option.value = value;
    select.append(option);
  }
  select.value = choices.some(([value]) => value === before) ? before : "";
}

function showPicture() {
  const canvas = at("canvas");
  canvas.innerHTML = state.svg; // escaped by the server: nothing in it is markup of the file's
  const svg = canvas.querySelector("svg");
  if (!svg) return;
  const title = svg.querySelector("title").textContent;
  at("name").textContent = title;
  document.title = title + " – pathflow";
  for (const box of canvas.querySelectorAll(".box[data-line]")) {
    box.setAttribute("tabindex", "0");
    box.setAttribute("role", "button");
    const line = Number(box.dataset.line);
    box.addEventListener("click", () => go(line, "picture"));
    box.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        go(line, "picture");
      }
    });
  }
  zoom();
  if (here) mark();
}

function zoom(by) {
  const svg = at("canvas").querySelector("svg");
  if (!svg) return;
  const [, , broad, high] = svg.getAttribute("viewBox").split(" ").map(Number);
  const room = at("picture").clientWidth - 4;
  if (by) fits = false;
  scale = fits ? Math.min(1, room / broad) : Math.min(4, Math.max(0.1, scale * (by || 1)));
  svg.setAttribute("width", Math.round(broad * scale));
  svg.setAttribute("height", Math.round(high * scale));
}

function button(words, line, from) {
  const made = make("button");
  made.type = "button";
  made.append(...words);
  made.addEventListener("click", () => go(line, from));
  return made;
}

function showFindings() {
  at("findings").replaceChildren(...state.findings.map((one) => {
    const item = make("li", undefined, one.level);
    const place = one.here ? `${one.line}` : `${one.file}:${one.line}`;
    item.append(button([make("span", one.code, "code"), `${one.message} (${place})`, make("span", one.help, "help")],
      one.here ? one.line : 0, "found"));
    return item;
  }));
  if (!state.findings.length) at("findings").append(make("li", state.words.clean, "passed"));
}

function showTests() {
  at("tests").replaceChildren(...state.tests.map((one) => {
    const item = make("li");
    const kind = one.failures.length ? "failed" : "passed";
    item.append(button([make("span", state.words[kind], "code " + kind), one.name], one.line, "tests"));
    for (const failure of one.failures) item.append(button([`${failure.line}: ${failure.said}`], failure.line, "tests"));
    return item;
  }));
  if (!state.tests.length) at("tests").append(make("li", state.words.none));
}

function showText() {
  const lines = state.text.split(/\r\n|\r|\n/);
  at("lines").replaceChildren(...lines.map((text, number) => {
    const item = make("li", text || " ");
    item.addEventListener("click", () => go(number + 1, "text"));
    return item;
  }));
  at("editor").hidden = false;
  mark();
}

// The line that is looked at: marked in the text, and in the picture the box of the statement that it belongs to.
function go(line, from) {
  if (!line) return;
  here = line;
  mark();
  const item = at("lines").children[line - 1];
  if (item && from !== "text") item.scrollIntoView({ block: "center" });
  const box = boxOf(line);
  if (box && from !== "picture") box.scrollIntoView({ block: "center", inline: "center" });
}

function boxOf(line) {
  let found = null;
  for (const box of at("canvas").querySelectorAll(".box[data-line]")) {
    const own = Number(box.dataset.line);
    if (own <= line && (!found || own > Number(found.dataset.line))) found = box;
  }
  return found;
}

function mark() {
  for (const one of document.querySelectorAll(".here")) one.classList.remove("here");
  const item = at("lines").children[here - 1];
  if (item) item.classList.add("here");
  const box = here ? boxOf(here) : null;
  if (box) box.classList.add("here");
  at("editor").href = `vscode://file${encodeURI(state.place)}:${here || 1}`;
}

at("view").addEventListener("change", refresh);
at("lying").addEventListener("change", refresh);
at("larger").addEventListener("click", () => zoom(1.25));
at("smaller").addEventListener("click", () => zoom(0.8));
at("fit").addEventListener("click", () => { fits = true; zoom(); });
window.addEventListener("resize", () => zoom());
const changes = new EventSource("changes");
changes.onmessage = refresh;
changes.onerror = () => say(state ? state.words.lost : "");
