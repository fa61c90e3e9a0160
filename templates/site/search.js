// Searches this language's index, loaded when the form is first used.
const form = document.querySelector("form.search");
const [found, results, more] = ["found", "results", "more"].map((id) => document.getElementById(id));
const top_ = new URL(form.dataset.top, location.href);
const day = new Intl.DateTimeFormat(form.dataset.formats, { dateStyle: "long", timeZone: "UTC" });
const names = new Map(form.kind ? [...form.kind.options].map((one) => [one.value, one.dataset.one ?? one.text]) : []);
const STEP = 10;
const elides = /^(ca|fr|it)\b/.test(document.documentElement.lang);
let engine, hits = [], shown = 0, turn = 0, wait;

function load() {
  engine ??= import(new URL("pagefind/pagefind.js", location.href))
    .then(async (pagefind) => {
      await pagefind.options({ excerptLength: 30 });
      await pagefind.init();
      return pagefind;
    })
    .catch((error) => {
      engine = undefined; // the next word tries again
      throw error;
    });
  return engine;
}

// U+2060 and a space follow what is elided: l’école is found as école.
const plain = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("\u2060 ", "");

function made(name, parent, text, className) {
  const element = document.createElement(name);
  if (text) element.textContent = text;
  if (className) element.className = className;
  parent.append(element);
  return element;
}

function show(data) {
  const row = made("article", results, "", "row");
  const link = made("a", made("h2", row), plain(data.meta.title));
  link.href = new URL(data.raw_url, top_);
  const meta = made("p", row, "", "meta");
  const kind = names.get(data.filters.kind?.[0]);
  if (kind) made("span", meta, kind, "kind");
  if (data.meta.date) {
    meta.append(" ");
    made("time", meta, day.format(new Date(data.meta.date))).dateTime = data.meta.date;
  }
  // Nothing of the index becomes HTML: all but its marks is text.
  const words = made("p", row);
  data.excerpt.split(/<\/?mark>/).forEach((piece, place) => {
    if (place % 2) made("mark", words, plain(piece));
    else words.append(plain(piece));
  });
  return link;
}

async function showMore(mine, isAsked) {
  const next = await Promise.all(hits.slice(shown, shown + STEP).map((hit) => hit.data()));
  if (mine !== turn) return;
  shown += next.length;
  const links = next.map(show);
  more.hidden = shown >= hits.length;
  if (isAsked) links[0]?.focus();
}

async function search() {
  const mine = ++turn;
  const [words, kind, year] = ["q", "kind", "year"].map((name) => form[name]?.value.trim() ?? "");
  const wanted = new URLSearchParams(Object.entries({ q: words, kind, year }).filter(([, value]) => value));
  history.replaceState(null, "", wanted.size ? `?${wanted}` : location.pathname);
  if (!wanted.size) found.textContent = "";
  else if (!hits.length) found.textContent = found.dataset.searching;
  const filters = Object.fromEntries([...wanted].filter(([name]) => name !== "q"));
  const asked = elides ? words.replace(/(^|\s)\p{L}{1,6}['’](?=\p{L})/gu, "$1") : words;
  try {
    const answer = wanted.size ? await (await load()).search(asked || null, { filters }) : { results: [] };
    if (mine !== turn) return;
    [hits, shown] = [answer.results, 0];
    results.replaceChildren();
    more.hidden = true;
    if (!wanted.size) return;
    found.textContent = hits.length ? found.dataset.some.replace("#", hits.length) : found.dataset.none;
    await showMore(mine, false);
  } catch {
    if (mine === turn) found.textContent = found.dataset.failed;
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(wait);
  search();
});
form.addEventListener("input", () => {
  clearTimeout(wait);
  wait = setTimeout(search, 200);
});
form.addEventListener("focusin", () => load().catch(() => {}), { once: true });
more.addEventListener("click", () => showMore(turn, true));

const asked = new URLSearchParams(location.search);
for (const name of ["q", "kind", "year"]) if (form[name] && asked.has(name)) form[name].value = asked.get(name);
if (asked.size) search();
