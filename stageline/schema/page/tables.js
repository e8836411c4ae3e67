// The tables: what refers to what, what was found about each, and the detail of one.
const outgoing = new Map();
const incoming = new Map();
const found = new Map();
const triggers = new Map();
const push = (map, key, value) => {
  if (key === undefined) return;
  const items = map.get(key);
  if (items) items.push(value);
  else map.set(key, [value]);
};

for (const relation of data.relationships) {
  push(outgoing, relation.from, relation);
  push(incoming, relation.to, relation);
}
// A risk area is about the whole schema and names some tables only as examples.
for (const finding of data.findings.filter((f) => f.kind !== "Risk area")) {
  for (const at of new Set((finding.objects ?? []).map(position))) push(found, at, finding);
}
for (const profile of data.code) {
  if (profile.table) push(triggers, position(profile.table), profile);
}
data.tables.forEach((table, at) => {
  table.id = `table-${at}`;
  table.at = at;
  table.columns ??= [];
});

const size = (map, table) => map.get(table.at)?.length ?? 0;
const byName = (a, b) => a.name.localeCompare(b.name, "en") || a.at - b.at;
const most = (measure) => (a, b) => measure(b) - measure(a) || byName(a, b);
const ends = (columns) => (columns?.length ? ` (${columns.join(", ")})` : "");

function tableText(table) {
  const columns = table.columns.map((c) => `${c.name} ${c.type} ${c.comment ?? ""}`);
  return [table.name, table.comment ?? "", ...columns].join("\n");
}

// The columns that a search has hit, when it was not the table's name alone.
function hits(table, terms) {
  const name = table.name.toLowerCase();
  const wanted = terms.filter((term) => !name.includes(term));
  if (!wanted.length) return "";
  const scores = table.columns.map((c) => {
    const text = `${c.name} ${c.type} ${c.comment ?? ""}`.toLowerCase();
    return wanted.filter((term) => text.includes(term)).length;
  });
  const best = Math.max(...scores, 1);
  const hit = table.columns.filter((_, at) => scores[at] === best);
  if (!hit.length) return "";
  const shown = hit.slice(0, 4).map((c) => `${c.name} ${c.type}`).join(", ");
  return span("hits", `${shown}${hit.length > 4 ? `, ${count(hit.length - 4)} more` : ""}`);
}

function tableSummary(table, terms) {
  const alarms = found.get(table.at) ?? [];
  const worst = ["high", "medium", "low"].find((level) => alarms.some((f) => f.severity === level));
  const cell = (text, words, kind = "") => span(`cell ${kind}`, text, { title: words });
  return [
    el("span", { class: "title" }, span("name", table.name), table.kind ? pill(table.kind) : "",
      hits(table, terms) || (table.comment ? span("comment", table.comment) : "")),
    cell(plural(table.columns.length, "column"), "columns"),
    cell(table.key ? `key ${table.key.join(", ")}` : "no primary key", "primary key", table.key ? "key" : "key missing"),
    cell(size(outgoing, table) ? `→ ${count(size(outgoing, table))}` : "", "refers to"),
    cell(size(incoming, table) ? `← ${count(size(incoming, table))}` : "", "referred to by"),
    worst ? span(`cell severity ${worst}`, plural(alarms.length, "finding")) : cell("", "no findings"),
    cell(table.line ? `line ${count(table.line)}` : "", "line of the dump", "line"),
  ];
}

function columnRow(table, column, targets) {
  const keyed = table.key?.includes(column.name);
  const flags = [
    column.identity ? pill("identity") : "",
    column.generated ? span("note", `generated: ${column.generated}`) : "",
  ];
  const lossy = column.lossy === undefined ? "" : span("lossy", ` ${data.reasons[column.lossy]}`);
  return el("tr", null,
    el("th", { scope: "row" }, span("name", column.name), keyed ? pill("key", "strong") : "", flags,
      column.comment ? span("comment", column.comment) : ""),
    el("td", null, el("code", null, column.type)),
    el("td", null, column.canonical ?? "", lossy),
    el("td", null, column.required ? "no" : "yes"),
    el("td", null, column.default ? el("code", null, column.default) : ""),
    el("td", null, (targets.get(column.name) ?? []).map((relation) => el("span", { class: "target" },
      tableLink(relation.target, relation.to), relation.declared ? "" : confidence(relation.confidence)))),
    el("td", { class: "num" }, column.line ? count(column.line) : ""));
}

function columnTable(table) {
  if (!table.columns.length) return note("The dump gives no columns.");
  const targets = new Map();
  for (const relation of outgoing.get(table.at) ?? []) {
    for (const name of relation.columns ?? []) push(targets, name, relation);
  }
  const head = ["Column", "Type", "Canonical type", "Null", "Default", "Refers to", "Line"];
  return el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Columns" },
    el("table", { class: "plain columns" },
      el("thead", null, el("tr", null, head.map((text) => el("th", { scope: "col", class: text === "Line" ? "num" : false }, text)))),
      el("tbody", null, table.columns.map((column) => columnRow(table, column, targets)))));
}

const bullets = (items) => (items.length ? el("ul", { class: "bullets" }, items.map((item) => el("li", null, item))) : "");

function keysOf(table) {
  return bullets([
    ...(table.key ? [[span("label", "Primary key "), span("name", table.key.join(", "))]] : []),
    ...(table.unique ?? []).map((columns) => [span("label", "Unique "), span("name", columns.join(", "))]),
    ...(table.checks ?? []).map((check) => [span("label", "Check "), el("code", null, check.text), " ", line(check.line)]),
    ...(table.indexes ?? []).map((index) => [
      span("label", index.unique ? "Unique index " : "Index "), span("name", `${index.name ?? ""}${ends(index.columns)}`),
      index.method ? ` ${index.method}` : "", index.where ? el("code", null, ` where ${index.where}`) : "", " ", line(index.line)]),
  ]);
}

function referenceItem(relation, inwards) {
  const [name, at] = inwards ? [relation.table, relation.from] : [relation.target, relation.to];
  const own = inwards ? relation.targets : relation.columns;
  const other = inwards ? relation.columns : relation.targets;
  return [span("name", own?.join(", ") ?? ""), inwards ? " ← " : " → ", tableLink(name, at), span("name", ends(other)), " ",
    relation.declared ? pill("declared") : confidence(relation.confidence)];
}

function ruleLink(table) {
  const own = data.rules.filter((rule) => rule.tables?.includes(table.name)).length;
  if (!own) return "";
  const button = el("button", { type: "button", class: "link" }, `Show ${plural(own, "business rule")} about this table`);
  button.addEventListener("click", () => {
    lists.rules.find(table.name);
    document.getElementById("rules").scrollIntoView();
    lists.rules.search.focus({ preventScroll: true });
  });
  return button;
}

function tableDetail(table) {
  const facts = [
    table.rows ? `${plural(table.rows, "row")} in the dump.` : "",
    table.inherits ? `Inherits from ${table.inherits.join(", ")}.` : "",
  ].filter(Boolean).join(" ");
  const alarms = (found.get(table.at) ?? []).map((f) => [severity(f.severity), " ", f.message]);
  return [
    table.comment ? el("p", { class: "comment" }, table.comment) : "",
    facts ? note(facts) : "",
    columnTable(table),
    el("div", { class: "halves" },
      section("Keys, checks and indexes", keysOf(table)),
      section("Refers to", bullets((outgoing.get(table.at) ?? []).map((r) => referenceItem(r, false)))),
      section("Referred to by", bullets((incoming.get(table.at) ?? []).map((r) => referenceItem(r, true)))),
      section("Triggers", bullets((triggers.get(table.at) ?? []).map((p) => [span("name", p.name), " ", line(p.line)])))),
    section("Findings", bullets(alarms)),
    ruleLink(table),
  ];
}

// As in the summary: temporary, external and inheriting tables need no key of their own.
const keyless = (table) => !table.key && !table.inherits && (!table.kind || table.kind === "partition");

const tableList = {
  noun: "table", many: "tables", hint: "Search names, columns, types, comments",
  rows: data.tables, total: data.totals.tables, text: tableText, summary: tableSummary, detail: tableDetail,
  filters: [{ key: "show", words: "Show", choices: [
    ["", "all tables"],
    ["alarms", "with findings", (t) => found.has(t.at)],
    ["keyless", "without primary key", keyless],
    ["islands", "without references", (t) => !outgoing.has(t.at) && !incoming.has(t.at)],
    ["lossy", "with lossy types", (t) => t.columns.some((c) => c.lossy !== undefined)],
  ] }],
  orders: [
    ["name", byName],
    ["columns", most((t) => t.columns.length)],
    ["references in", most((t) => size(incoming, t))],
    ["references out", most((t) => size(outgoing, t))],
    ["findings", most((t) => size(found, t))],
    ["rows in the dump", most((t) => t.rows ?? 0)],
    ["line", (a, b) => (a.line ?? 0) - (b.line ?? 0) || a.at - b.at],
  ],
};
