// Builds every list that has something to show, then follows links to tables.
const specs = {
  findings: findingList, tables: tableList, relationships: relationList, rules: ruleList,
  code: codeList, objects: objectList, failed: failedList,
};
const lists = {};
for (const [name, spec] of Object.entries(specs)) {
  const root = document.getElementById(`${name}-list`);
  if (root && spec.rows.length) lists[name] = new List(`${name}-list`, spec);
  else root?.replaceChildren(el("p", { class: "empty" }, `No ${spec.many} in this dump.`));
}

function follow() {
  const table = /^#table-(\d+)$/.exec(location.hash);
  const row = table && data.tables[Number(table[1])];
  if (row) lists.tables.show(row);
}

// The browser tells of no change when the same link is followed twice.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href^='#table-']");
  if (link && link.getAttribute("href") === location.hash) follow();
});
addEventListener("hashchange", follow);

function watchSections() {
  const links = new Map([...document.querySelectorAll("nav a")].map((a) => [a.getAttribute("href").slice(1), a]));
  const seen = new Set();
  const watcher = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) seen.add(target.id);
      else seen.delete(target.id);
    }
    let current = true;
    for (const [id, link] of links) {
      const here = seen.has(id) && current;
      if (here) current = false;
      if (here) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }, { rootMargin: "-10% 0px -60% 0px" });
  for (const id of links.keys()) watcher.observe(document.getElementById(id));
}

followPicture();
watchSections();
follow();
document.documentElement.dataset.ready = "true";
