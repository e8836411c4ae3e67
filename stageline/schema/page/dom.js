// Elements are only ever built from text nodes and fixed attributes: a name or a comment of the
// dump has no way to become markup.
const SVG = "http://www.w3.org/2000/svg";

const data = JSON.parse(document.getElementById("data").textContent);
const positions = new Map();
data.tables.forEach((table, position) => {
  const name = table.name.toLowerCase();
  if (!positions.has(name)) positions.set(name, position);
});

function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.flat().filter((child) => child != null && child !== ""));
  return node;
}

function svg(tag, attributes, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

const count = (value) => (value ?? 0).toLocaleString("en");
const plural = (value, noun, many = `${noun}s`) => `${count(value)} ${value === 1 ? noun : many}`;
const span = (kind, text, attributes) => el("span", { class: kind, ...attributes }, text);
const note = (text) => el("p", { class: "note" }, text);
const line = (value) => (value ? span("line", `line ${count(value)}`) : "");
const pill = (text, kind = "") => span(`pill ${kind}`.trim(), text);
const severity = (level) => span(`severity ${level}`, level);
const words = (kind) => kind.replaceAll("_", " ");

// The table that a name (`table` or `table.column`) is about, or undefined.
function position(name) {
  const folded = name.toLowerCase();
  return positions.get(folded) ?? positions.get(folded.slice(0, Math.max(0, folded.lastIndexOf("."))));
}

function tableLink(name, at = position(name)) {
  return at === undefined ? span("name", name) : el("a", { class: "name", href: `#table-${at}` }, name);
}

// A text of several names, `a → b` or `a + b`: each a link of its own.
function linked(text) {
  if (positions.has(text.toLowerCase())) return tableLink(text);
  return text.split(/( (?:→|\+) )/).map((part, at) => (at % 2 ? part : tableLink(part)));
}

function nameList(names, total = names.length) {
  const items = names.map((name) => el("li", null, linked(name)));
  if (total > names.length) items.push(el("li", { class: "more" }, `and ${count(total - names.length)} more`));
  return el("ul", { class: "names" }, items);
}

function section(title, ...content) {
  const filled = content.flat().filter((item) => item);
  return filled.length ? el("div", { class: "part-of" }, el("h4", null, title), filled) : "";
}

// A confidence as a bar with its number.
function confidence(value) {
  const percent = Math.round(value * 100);
  const text = value < 1 && value > 0.99 ? "> 99 %" : value < 0.01 ? "< 1 %" : `${percent} %`;
  const bar = svg("svg", { viewBox: "0 0 50 8", width: 50, height: 8, "aria-hidden": "true" },
    svg("rect", { class: "track", width: 50, height: 8 }),
    svg("rect", { class: "part part-0", width: percent / 2, height: 8 }));
  return el("span", { class: "confidence", title: "confidence" }, bar, text);
}

// A row that opens; `fill` makes its content when it is opened for the first time.
function disclosure(summary, fill) {
  const details = el("details", null, el("summary", null, summary));
  details.addEventListener("toggle", () => {
    if (details.open && details.childElementCount === 1) {
      details.append(el("div", { class: "detail" }, fill()));
    }
  });
  return details;
}
