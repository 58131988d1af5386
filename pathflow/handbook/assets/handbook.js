// What a page does where scripts run: tables are sorted, wide ones can be scrolled by keys, the search finds.
// Everything can be read without it.
"use strict";

(function () {
  var narrow = window.matchMedia("(max-width: 65.99rem)");
  var menu = document.querySelector(".contents details");
  if (menu && narrow.matches) menu.open = false;
  narrow.addEventListener("change", function (event) { if (menu) menu.open = !event.matches; });

  function makeScrollable() {
    document.querySelectorAll(".scroll, .drawing").forEach(function (box) {
      var caption = box.querySelector("caption");
      if (box.scrollWidth > box.clientWidth + 1) {
        box.tabIndex = 0;
        box.setAttribute("role", "group");
        if (caption) box.setAttribute("aria-labelledby", caption.id);
        else if (box.nextElementSibling) box.setAttribute("aria-label", box.nextElementSibling.textContent);
      } else {
        ["tabindex", "role", "aria-labelledby", "aria-label"].forEach(function (name) { box.removeAttribute(name); });
      }
    });
  }
  makeScrollable();
  window.addEventListener("resize", makeScrollable);

  // ── pictures: in full size they are read, fitted to the page they are seen as a whole ──

  document.querySelectorAll(".drawing").forEach(function (box) {
    var svg = box.querySelector("svg");
    if (!svg || svg.scrollWidth === 0 && !svg.getBoundingClientRect().width) return;
    if (parseFloat(svg.getAttribute("width")) <= box.clientWidth) return;
    var button = document.createElement("button");
    button.type = "button";
    button.className = "fit";
    function show() {
      button.textContent = box.classList.contains("whole") ? document.body.dataset.full : document.body.dataset.fit;
      makeScrollable();
    }
    button.addEventListener("click", function () { box.classList.toggle("whole"); show(); });
    box.parentNode.insertBefore(button, box);
    show();
  });

  // ── tables ──

  var language = document.documentElement.lang;
  var order = new Intl.Collator(language, { numeric: true, sensitivity: "base" });

  function valueOf(row, at) {
    var cell = row.cells[at];
    return cell ? (cell.dataset.sort || cell.textContent.trim()) : "";
  }

  function sortBy(table, at, head) {
    var way = head.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
    Array.from(table.tHead.rows[0].cells).forEach(function (other) { other.removeAttribute("aria-sort"); });
    head.setAttribute("aria-sort", way);
    var rows = Array.from(table.tBodies[0].rows);
    rows.sort(function (a, b) {
      var first = valueOf(a, at), second = valueOf(b, at);
      if (!first || !second) return first ? -1 : second ? 1 : 0; // what is empty stands last
      return way === "ascending" ? order.compare(first, second) : order.compare(second, first);
    });
    rows.forEach(function (row) { table.tBodies[0].appendChild(row); });
  }

  document.querySelectorAll(".scroll > table").forEach(function (table) {
    if (table.tBodies[0].rows.length < 3 || table.classList.contains("matrix")) return;
    Array.from(table.tHead.rows[0].cells).forEach(function (head, at) {
      var button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.textContent = "";
      head.appendChild(button);
      button.addEventListener("click", function () { sortBy(table, at, head); });
    });
  });

  // ── search ──

  var hits = document.getElementById("hits");
  if (!hits) return;

  function plain(text) {
    return text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "");
  }

  function weigh(entry, words) {
    var title = plain(entry[0]), all = plain(entry[0] + " " + entry[1] + " " + entry[3]);
    var weight = 0;
    for (var i = 0; i < words.length; i++) {
      if (all.indexOf(words[i]) < 0) return 0;
      weight += title === words[i] ? 9 : title.indexOf(words[i]) === 0 ? 5 : title.indexOf(words[i]) >= 0 ? 3 : 1;
    }
    return entry[2].indexOf("#") < 0 ? weight + 1 : weight;
  }

  function find(asked) {
    var words = plain(asked).split(/\s+/).filter(Boolean);
    var said = document.getElementById("found");
    hits.textContent = "";
    var found = !words.length ? [] : (window.pathflowIndex || [])
      .map(function (entry) { return [weigh(entry, words), entry]; })
      .filter(function (pair) { return pair[0] > 0; })
      .sort(function (a, b) { return b[0] - a[0]; });
    found.slice(0, 100).forEach(function (pair) {
      var entry = pair[1], item = document.createElement("li"), link = document.createElement("a"), where = document.createElement("span");
      link.href = entry[2];
      link.textContent = entry[0];
      where.className = "where";
      where.textContent = entry[1];
      item.appendChild(link);
      item.appendChild(where);
      hits.appendChild(item);
    });
    hits.hidden = !found.length;
    said.textContent = !words.length ? "" : !found.length ? said.dataset.none
      : found.length === 1 ? said.dataset.one : said.dataset.many.replace("%n", String(found.length));
  }

  var form = document.querySelector(".search-large"), box = document.getElementById("query");
  form.hidden = false;
  var asked = new URLSearchParams(window.location.search).get("q") || "";
  box.value = asked;
  var head = document.getElementById("q");
  if (head) head.value = asked;
  if (asked) find(asked);
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    history.replaceState(null, "", "?q=" + encodeURIComponent(box.value));
    find(box.value);
  });
})();
