// Finds rows by words and by state, opens the row that a link leads to, fits the picture.
const rows = [...document.querySelectorAll("#rows > li")];
const texts = new Map(rows.map((row) => [row, row.querySelector("summary .title").textContent.toLowerCase()]));
const search = document.getElementById("search");
const buttons = [...document.querySelectorAll("#controls button")];
const shown = document.getElementById("shown");
const count = (number) => number.toLocaleString("en");
let state = "";

function filter() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  for (const row of rows) {
    const text = texts.get(row);
    const fits = (!state || row.dataset.state === state) && words.every((word) => text.includes(word));
    row.hidden = !fits;
    if (fits) found += 1;
  }
  shown.textContent = found === rows.length ? "" : `${count(found)} of ${count(rows.length)}`;
}

function choose(name) {
  state = name;
  for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.state === name));
  filter();
}

search.addEventListener("input", filter);
for (const button of buttons) button.addEventListener("click", () => choose(button.dataset.state));

// The browser tells of no change when the same link is followed twice.
function follow(hash) {
  const target = hash.length > 1 && document.getElementById(decodeURIComponent(hash.slice(1)));
  const row = target && target.closest("#rows > li");
  if (!row) return;
  if (row.hidden) {
    search.value = "";
    choose("");
  }
  const details = row.querySelector("details");
  details.open = true;
  details.querySelector("summary").focus({ preventScroll: true });
  row.scrollIntoView({ block: "center" });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href^='#']");
  if (link) setTimeout(() => follow(link.getAttribute("href")));
});
addEventListener("hashchange", () => follow(location.hash));

// A picture larger than its place can be seen as a whole.
const picture = document.getElementById("picture");
const whole = document.getElementById("whole");
if (picture && (picture.scrollWidth > picture.clientWidth || picture.scrollHeight > picture.clientHeight)) {
  whole.hidden = false;
  whole.addEventListener("click", () => {
    const pressed = picture.classList.toggle("whole");
    whole.setAttribute("aria-pressed", String(pressed));
  });
}

const controls = document.getElementById("controls");
controls.hidden = rows.length < 8;
follow(location.hash);
document.documentElement.dataset.ready = "true";
