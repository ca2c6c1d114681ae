// The frame around any page: its words, language and theme, and whose data it shows. A page has a `draw` of its own.
const pairs = (id, rows) => $(id).replaceChildren(...rows.map(([name, ...values]) => { const row = make("tr"); row.append(make("th", name, { scope: "row", class: "text" }), ...values.map((value) => make("td", value))); return row; }));
// A word as the shell reads it: quoted where it is more than letters, digits and harmless signs.
const quoted = (word) => (/^[\w.\/:=,-]+$/.test(word) ? word : `'${word.replace(/'/g, "'\\''")}'`);
const drawFrame = () => {
  document.documentElement.lang = state.language;
  document.querySelectorAll("[data-t]").forEach((element) => { element.textContent = t(element.dataset.t); });
  $("theme").textContent = t(state.dark ? "light" : "dark");
  $("theme").setAttribute("aria-pressed", String(state.dark));
  $("credits").replaceChildren(...D.credits.map(([source, link, licence, terms, what]) => {
    const item = make("li");
    item.append(make("a", source, { href: link, rel: "noreferrer" }), " · ", make("a", licence, { href: terms, rel: "noreferrer" }), ` · ${what}`);
    return item;
  }));
};
const dress = (dark) => {
  const theme = dark ? "dark" : "light";
  document.documentElement.dataset.theme = theme;
  COLOURS = PALETTES[theme];
};
const setTheme = (dark) => { state.dark = dark; dress(dark); draw(); };
const begin = () => {
  const wished = (navigator.language ?? "en").slice(0, 2);
  state.language = WORDS[wished] ? wished : "en";
  $("language").value = state.language;
  $("language").addEventListener("change", (event) => { state.language = event.target.value; draw(); });
  $("theme").addEventListener("click", () => setTheme(!state.dark));
  NARROW.addEventListener("change", draw);
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  scheme.addEventListener("change", (event) => setTheme(event.matches));
  setTheme(scheme.matches);
};
