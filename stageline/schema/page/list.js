// A searchable list that draws one page of rows at a time.
//
// spec: noun, many; rows; text(row) to search in; summary(row, query) and detail(row);
//       filters: [{ key, choices: [[value, words, test]] }]; sliders: [{ key, words, test }];
//       orders: [[words, compare]]; total (of the schema, when the page holds fewer).
const PAGE = 50;

class List {
  constructor(id, spec) {
    this.root = document.getElementById(id);
    this.id = id.replace("-list", "");
    this.spec = spec;
    this.state = { query: "", order: 0 };
    this.first = 0;
    this.haystacks = new Map();
    this.body = el("ol", { class: `rows ${this.id}-rows` });
    this.status = el("p", { class: "status", role: "status" });
    this.pager = el("div", { class: "pager" });
    this.root.replaceChildren(this.controls(), this.status, this.body, this.pager);
    this.update();
  }

  controls() {
    this.search = el("input", {
      type: "search", id: `${this.id}-search`, autocomplete: "off", spellcheck: "false",
      placeholder: this.spec.hint ?? "Search", "aria-label": `Search ${this.spec.many}`,
    });
    this.search.addEventListener("input", () => this.set("query", this.search.value));
    return el("div", { class: "controls" }, this.search,
      (this.spec.filters ?? []).map((filter) => this.choice(filter)),
      (this.spec.sliders ?? []).map((slider) => this.slider(slider)),
      this.spec.orders ? this.orders() : "");
  }

  choice({ key, words: label, choices }) {
    const select = el("select", { id: `${this.id}-${key}` },
      choices.map(([value, text]) => el("option", { value }, text)));
    select.addEventListener("change", () => this.set(key, select.value));
    return el("label", null, span("label", label), select);
  }

  slider({ key, words: label }) {
    const shown = el("output", null, "0 %");
    const input = el("input", { type: "range", min: 0, max: 100, step: 5, value: 0, id: `${this.id}-${key}` });
    input.addEventListener("input", () => {
      shown.textContent = `${input.value} %`;
      this.set(key, Number(input.value) / 100);
    });
    return el("label", null, span("label", label), input, shown);
  }

  orders() {
    const select = el("select", { id: `${this.id}-order` },
      this.spec.orders.map(([text], value) => el("option", { value }, text)));
    select.addEventListener("change", () => this.set("order", Number(select.value)));
    return el("label", null, span("label", "Order by"), select);
  }

  set(key, value) {
    this.state[key] = value;
    this.first = 0;
    this.update();
  }

  // Put the controls back, search for `query`, and show that.
  find(query) {
    this.reset();
    this.search.value = query;
    this.set("query", query);
  }

  reset() {
    this.state = { query: "", order: this.state.order };
    this.search.value = "";
    for (const input of this.root.querySelectorAll("select")) {
      if (!input.id.endsWith("-order")) input.selectedIndex = 0;
    }
    for (const input of this.root.querySelectorAll("input[type=range]")) {
      input.value = 0;
      input.nextElementSibling.textContent = "0 %";
    }
  }

  haystack(row) {
    let text = this.haystacks.get(row);
    if (text === undefined) this.haystacks.set(row, (text = this.spec.text(row).toLowerCase()));
    return text;
  }

  terms() {
    return this.state.query.toLowerCase().split(/\s+/).filter(Boolean);
  }

  matching() {
    const terms = this.terms();
    const tests = [];
    for (const { key, choices } of this.spec.filters ?? []) {
      const test = choices.find(([value]) => value === this.state[key])?.[2];
      if (test) tests.push(test);
    }
    for (const { key, test } of this.spec.sliders ?? []) {
      const least = this.state[key];
      if (least) tests.push((row) => test(row, least));
    }
    const found = this.spec.rows.filter((row) => tests.every((test) => test(row))
      && terms.every((term) => this.haystack(row).includes(term)));
    const compare = this.spec.orders?.[this.state.order]?.[1];
    return compare ? found.sort(compare) : found;
  }

  update() {
    this.found = this.matching();
    this.draw();
  }

  draw() {
    const shown = this.found.slice(this.first, this.first + PAGE);
    const terms = this.terms();
    this.body.replaceChildren(...shown.map((row) => el("li", null, this.row(row, terms))));
    this.status.textContent = this.sentence();
    this.page(shown.length);
  }

  row(row, terms) {
    const { summary, detail } = this.spec;
    const details = disclosure(summary(row, terms), () => detail(row));
    if (row.id) details.id = row.id;
    return details;
  }

  sentence() {
    const { rows, noun, many, total } = this.spec;
    const all = plural(rows.length, noun, many);
    const shown = this.found.length === rows.length ? all : `${count(this.found.length)} of ${all}`;
    const cut = total > rows.length
      ? `. This page holds ${count(rows.length)} of ${count(total)}; all of them are in the step reports` : "";
    return shown + cut;
  }

  page(length) {
    if (this.found.length <= PAGE) return this.pager.replaceChildren();
    const turn = (words, step) => {
      const to = this.first + step * PAGE;
      const button = el("button", { type: "button", disabled: to < 0 || to >= this.found.length }, words);
      button.addEventListener("click", () => {
        this.first = to;
        this.draw();
        this.root.scrollIntoView();
        (this.body.querySelector("summary") ?? this.search).focus({ preventScroll: true });
      });
      return button;
    };
    const range = `${count(this.first + 1)}–${count(this.first + length)} of ${count(this.found.length)}`;
    return this.pager.replaceChildren(turn("Previous", -1), span("range", range), turn("Next", 1));
  }

  // Turn to the page of `row`, open it and bring it into view.
  show(row) {
    if (!this.found.includes(row)) {
      this.reset();
      this.found = this.matching();
    }
    this.first = Math.floor(this.found.indexOf(row) / PAGE) * PAGE;
    this.draw();
    const details = document.getElementById(row.id);
    details.open = true;
    details.scrollIntoView({ block: "start" });
    details.querySelector("summary").focus({ preventScroll: true });
  }
}
