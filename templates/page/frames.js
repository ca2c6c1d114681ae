// What pages are put together from: framed charts and long tables.
const frame = (chart) => {
  const section = make("section", undefined, { id: `s-${chart.key}`, "aria-labelledby": `h-${chart.key}`, ...(chart.wide ? { class: "wide" } : {}) });
  const figure = make("figure");
  figure.append(make("div", undefined, { class: "plot", id: `p-${chart.key}`, role: "img" }));
  section.append(make("h2", "", { id: `h-${chart.key}` }), make("p", "", { class: "muted" }), figure, make("details"));
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
    const [title, help] = [t(chart.key), t(`${chart.key}_help`)];
    $(`h-${chart.key}`).textContent = title;
    $(`s-${chart.key}`).querySelector("p").textContent = help;
    $(`p-${chart.key}`).setAttribute("aria-label", `${title}. ${help}`);
    $(`s-${chart.key}`).querySelector("details").replaceWith(details(() => chart.table()));
    put(`p-${chart.key}`, () => [chart.traces(), layout(chart.layout()), CONFIG]);
  }
};
// A table that is sorted by a click on a header and searched: columns are [key, value of a row, as written, whether
// they are words], and `sort` is the part of the state that keeps the order.
const listing = (given) => {
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
    const button = make("button", t(`c_${key}`), { type: "button", "data-key": key });
    button.addEventListener("click", () => {
      Object.assign(sort, { key, down: sort.key === key ? !sort.down : !words });
      listing(given);
      $(table).querySelector(`[data-key="${key}"]`).focus();
    });
    cell.append(button);
    line.append(cell);
  }
  head.append(line);
  const body = make("tbody");
  for (const index of shown) {
    const row = make("tr");
    for (const [, value, written, words] of columns) row.append(make("td", written(value(index)), words ? { class: "text" } : {}));
    body.append(row);
  }
  $(table).replaceChildren(head, body);
  $(found).textContent = t("found", { count: number(shown.length), all: number(count) });
};
