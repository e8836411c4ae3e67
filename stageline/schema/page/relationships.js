// The relationships, with the evidence for each and what else was considered.
function relationText(relation) {
  return `${relation.table}.${(relation.columns ?? []).join(" ")} ${relation.target}.${(relation.targets ?? []).join(" ")} ${relation.name ?? ""}`;
}

function relationSummary(relation) {
  return [
    el("span", { class: "title" }, span("name", `${relation.table}${ends(relation.columns)}`)),
    el("span", { class: "title" }, span("arrow", "→ "), span("name", `${relation.target}${ends(relation.targets)}`)),
    relation.declared ? pill("declared", "strong") : pill("implied"),
    relation.declared ? span("confidence", "certain") : confidence(relation.confidence),
    span("cell", relation.single ? "one-to-one" : "many-to-one"),
    span("cell line", relation.line ? `line ${count(relation.line)}` : ""),
  ];
}

function weigh(evidence) {
  const weight = evidence.weight;
  const sign = weight > 0 ? "for" : weight < 0 ? "against" : "neutral";
  return el("li", { class: `evidence ${sign}` },
    span("weight", `${weight > 0 ? "+" : weight < 0 ? "−" : ""}${Math.abs(weight).toFixed(2)}`, { title: `speaks ${sign}` }), evidence.text);
}

function relationDetail(relation) {
  const alternatives = (relation.alternatives ?? []).map((other) => [
    tableLink(other.target), span("name", ends(other.columns)), " ", confidence(other.confidence ?? 0), " ", other.reason ?? ""]);
  return [
    el("p", null, tableLink(relation.table, relation.from), " refers to ", tableLink(relation.target, relation.to),
      relation.name ? ` by the key ${relation.name}` : "", relation.deletes ? `, on delete ${relation.deletes.toLowerCase()}` : "",
      relation.optional ? "; the reference may be empty." : "; the reference is always set."),
    relation.evidence ? section("Evidence", el("ul", { class: "bullets" }, relation.evidence.map(weigh))) : "",
    section("Also considered", bullets(alternatives)),
  ];
}

const relationList = {
  noun: "relationship", many: "relationships", hint: "Search tables and columns",
  rows: data.relationships, total: data.totals.relationships,
  text: relationText, summary: relationSummary, detail: relationDetail,
  filters: [{ key: "kind", words: "Show", choices: [
    ["", "declared and implied"],
    ["declared", "declared", (r) => r.declared],
    ["implied", "implied", (r) => !r.declared],
  ] }],
  sliders: [{ key: "least", words: "Confidence from", test: (r, least) => (r.confidence ?? 0) >= least }],
  orders: [
    ["implied first, surest first", null],
    ["table", (a, b) => a.table.localeCompare(b.table, "en") || relationText(a).localeCompare(relationText(b), "en")],
    ["target", (a, b) => a.target.localeCompare(b.target, "en") || relationText(a).localeCompare(relationText(b), "en")],
    ["least sure first", (a, b) => (a.confidence ?? 0) - (b.confidence ?? 0)],
  ],
};

// Hovering over a table of the picture, or reaching it by keyboard, shows its own lines only.
function followPicture() {
  const picture = document.getElementById("picture");
  if (!picture) return;
  const curves = [...picture.querySelectorAll("path")];
  const boxes = [...picture.querySelectorAll("a")];
  const mark = (key) => {
    picture.classList.toggle("focused", key !== undefined);
    const near = new Set([key]);
    for (const curve of curves) {
      const { start, end } = curve.dataset;
      curve.classList.toggle("near", start === key || end === key);
      if (start === key) near.add(end);
      if (end === key) near.add(start);
    }
    for (const box of boxes) box.classList.toggle("near", near.has(box.dataset.key));
  };
  for (const box of boxes) {
    box.addEventListener("pointerenter", () => mark(box.dataset.key));
    box.addEventListener("focus", () => mark(box.dataset.key));
    box.addEventListener("pointerleave", () => mark(undefined));
    box.addEventListener("blur", () => mark(undefined));
  }
}
