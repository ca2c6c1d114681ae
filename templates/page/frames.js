// What pages are put together from: framed charts and long tables.
const frame = (chart) => {
  const section = make("section", undefined, { id: `s-${chart.key}`, "aria-labelledby": `h-${chart.key}`, ...(chart.wide ? { class: "wide" } : {}) });
  const figure = make("figure");
  figure.append(make("div", undefined, { class: chart.tall ? "plot rows" : "plot", id: `p-${chart.key}`, role: "application" }));
  section.append(make("h2", "", { id: `h-${chart.key}` }), make("p", "", { class: "muted" }), figure, make("div", undefined, { id: `t-${chart.key}` }));
  return section;
};
const drawCharts = () => {
  const shown = CHARTS.filter((chart) => chart.has());
  if (!$("charts").firstChild) {
    const grid = make("div", undefined, { class: "grid" });
    grid.append(...shown.map(frame));
    $("charts").append(grid);
  }
  for (const chart of shown) {
    const [title, help] = [chart.title?.() ?? t(chart.key), chart.help?.() ?? t(`${chart.key}_help`)];
    $(`h-${chart.key}`).textContent = title;
    $(`s-${chart.key}`).querySelector("p").textContent = help;
    $(`p-${chart.key}`).setAttribute("aria-label", `${title}. ${help}`);
    tabled(`t-${chart.key}`, () => chart.table());
    if (chart.height) $(`p-${chart.key}`).style.height = `${chart.height()}px`;
    put(`p-${chart.key}`, () => [chart.traces(), layout(chart.layout()), CONFIG]);
  }
};
// A table that is sorted by a click on a header and searched: columns are [key, value of a row, as written (of value and row), whether
// they are words], and `sort` is the part of the state that keeps the order.
const [LONG, ROW, SPARE, PRINTED] = [400, 32, 15, 100];
const listings = new Map();
const listing = (given) => {
  listings.set(given.table, given);
  const { table, search, found, columns, count, searched, sort } = given;
  const locale = LOCALES[state.language];
  const wanted = $(search).value.trim().toLocaleLowerCase(locale);
  const shown = [...Array(count).keys()].filter((index) => searched(index).toLocaleLowerCase(locale).includes(wanted));
  const column = columns.find(([key]) => key === sort.key);
  const order = new Intl.Collator(locale, { numeric: true });
  shown.sort((a, b) => {
    const [x, y] = [column[1](a), column[1](b)];
    // What does not apply stands last, whichever way the others go.
    if (x === null || y === null) return (x === null) - (y === null);
    const by = column[3] ? order.compare(x, y) : x - y;
    return sort.down ? -by : by;
  });
  const head = make("thead"), line = make("tr");
  for (const [key, , , words] of columns) {
    const cell = make("th", undefined, { scope: "col", ...(words ? { class: "text" } : {}), ...(key === sort.key ? { "aria-sort": sort.down ? "descending" : "ascending" } : {}) });
    const button = make("button", given.called?.(key) ?? t(`c_${key}`), { type: "button", "data-key": key });
    button.addEventListener("click", () => {
      Object.assign(sort, { key, down: sort.key === key ? !sort.down : !words });
      listing(given);
      $(table).querySelector(`[data-key="${key}"]`).focus();
    });
    // On paper a head is repeated on every sheet, which buttons are not.
    cell.append(printing ? button.textContent : button);
    line.append(cell);
  }
  head.append(line);
  // Of a long table only the rows in sight are made, between two empty ones as high as what is left out.
  const body = make("tbody");
  const made = (index) => {
    const row = make("tr");
    for (const [, value, written, words] of columns) row.append(make("td", written(value(index), index), words ? { class: "text" } : {}));
    return row;
  };
  const gap = (height) => { const row = make("tr", undefined, { "aria-hidden": "true" }); row.style.height = `${height}px`; return row; };
  const scroll = $(table).parentElement;
  const windowed = () => {
    const first = Math.min(Math.max(Math.floor(scroll.scrollTop / ROW) - SPARE, 0), Math.max(shown.length - 1, 0));
    const last = Math.min(first + Math.ceil(scroll.clientHeight / ROW) + 2 * SPARE, shown.length);
    body.replaceChildren(...(first ? [gap(first * ROW)] : []), ...shown.slice(first, last).map(made), ...(last < shown.length ? [gap((shown.length - last) * ROW)] : []));
  };
  const long = shown.length > LONG && !printing;
  $(table).classList.toggle("long", long);
  $(table).setAttribute("aria-rowcount", String(shown.length + 1));
  $(table).replaceChildren(head, body);
  scroll.onscroll = long ? () => requestAnimationFrame(windowed) : null;
  if (long) windowed();
  else body.append(...shown.slice(0, printing ? PRINTED : shown.length).map(made));
  $(found).textContent = t("found", { count: number(printing ? body.childElementCount : shown.length), all: number(count) });
};
