// Findings, rules, stored code, other objects and failed statements.
function kinds(rows, words_, all) {
  const counts = new Map();
  for (const row of rows) counts.set(row.kind, (counts.get(row.kind) ?? 0) + 1);
  const choices = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return { key: "kind", words: words_, choices: [["", `${all} (${count(rows.length)})`],
    ...choices.map(([kind, many]) => [kind, `${words(kind)} (${count(many)})`, (row) => row.kind === kind])] };
}

const byLine = (a, b) => (a.line ?? 0) - (b.line ?? 0);

const findingList = {
  noun: "finding", many: "findings", rows: data.findings, total: data.totals.findings,
  hint: "Search messages and names",
  text: (f) => [f.message, f.kind, f.advice ?? "", ...(f.objects ?? [])].join("\n"),
  summary: (f) => [severity(f.severity), el("span", { class: "title" }, f.message),
    span("cell kind", f.kind), span("cell line", f.line ? `line ${count(f.line)}` : "")],
  detail: (f) => [f.advice ? el("p", null, f.advice) : "", f.objects ? nameList(f.objects, f.count) : ""],
  filters: [
    { key: "severity", words: "Severity", choices: [["", "all"],
      ...["high", "medium", "low"].map((level) => [level, level, (f) => f.severity === level])] },
    kinds(data.findings, "Kind", "all"),
  ],
};

const ruleList = {
  noun: "rule", many: "rules", rows: data.rules, total: data.totals.rules,
  hint: "Search sentences, names, source",
  text: (r) => [r.text, r.kind, r.name ?? "", r.source ?? "", ...(r.tables ?? []), ...(r.columns ?? [])].join("\n"),
  summary: (r) => [pill(words(r.kind)), el("span", { class: "title" }, r.text), span("cell line", r.line ? `line ${count(r.line)}` : "")],
  detail: (r) => [
    r.name ? el("p", null, span("label", "Name "), span("name", r.name)) : "",
    r.source ? el("pre", { tabindex: 0 }, r.source) : "",
    nameList(r.columns ?? r.tables ?? []),
  ],
  filters: [kinds(data.rules, "Kind", "all")],
  orders: [["kind", null], ["line", byLine]],
};

const codeList = {
  noun: "routine or trigger", many: "routines and triggers", rows: data.code, total: data.totals.code,
  hint: "Search names, tables, calls",
  text: (p) => [p.name, p.kind, p.table ?? "", ...["reads", "writes", "calls", "raises"].flatMap((key) => p[key] ?? [])].join("\n"),
  summary: (p) => [
    pill(words(p.kind)),
    el("span", { class: "title" }, span("name", p.name), p.table ? span("note", ` on ${p.table}`) : ""),
    span("cell", `reads ${count(p.reads?.length)}, writes ${count(p.writes?.length)}`),
    span("cell num", plural(p.size ?? 0, "line")),
    span("cell num", plural(p.branches ?? 0, "path")),
    span("cell line", p.line ? `line ${count(p.line)}` : ""),
  ],
  detail: (p) => {
    const parts = [
      p.table ? section("On table", nameList([p.table])) : "",
      section("Reads", p.reads ? nameList(p.reads) : ""),
      section("Writes", p.writes ? nameList(p.writes) : ""),
      section("Calls", p.calls ? nameList(p.calls) : ""),
      section("Raises", p.raises ? bullets(p.raises) : ""),
    ].filter(Boolean);
    return parts.length ? el("div", { class: "halves" }, parts) : note("It reads, writes, calls and raises nothing that could be recognised.");
  },
  filters: [kinds(data.code, "Kind", "all")],
  orders: [
    ["size", (a, b) => (b.size ?? 0) - (a.size ?? 0)],
    ["name", (a, b) => a.name.localeCompare(b.name, "en") || byLine(a, b)],
    ["paths", (a, b) => (b.branches ?? 0) - (a.branches ?? 0)],
    ["line", byLine],
  ],
};

const objectList = {
  noun: "object", many: "objects", rows: data.objects, total: data.totals.objects,
  text: (o) => `${o.name} ${o.kind} ${o.detail ?? ""}`,
  summary: (o) => [pill(o.kind), el("span", { class: "title" }, span("name", o.name)), span("cell line", o.line ? `line ${count(o.line)}` : "")],
  detail: (o) => (o.detail ? el("pre", { tabindex: 0 }, o.detail) : note("The dump says nothing more.")),
  filters: [kinds(data.objects, "Kind", "all")],
};

const failedList = {
  noun: "failed statement", many: "failed statements", rows: data.failed, total: data.totals.failed,
  text: (s) => `${s.kind} ${s.reason ?? ""}`,
  summary: (s) => [span("cell line", `line ${count(s.line)}`), pill(s.kind), el("span", { class: "title" }, s.reason ?? "no reason given")],
  detail: (s) => note(`${plural(s.count ?? 1, "statement")} from line ${count(s.line)} of the dump on.`),
  filters: [kinds(data.failed, "Kind", "all")],
};
