// The table of stations: sorted by a click on a header, searched by name and district.
const COLUMNS = [
  ["name", (index) => D.stations.name[index], (value) => value, true],
  ["district", (index) => districtOf(D.stations.district[index]), (value) => value, true],
  ["plugs", (index) => D.stations.plugs[index], (value) => number(value)],
  ["visits", (index) => D.stations.visits[index], (value) => short(value)],
  ["wait", (index) => minutes(D.stations.wait[index]), short],
  ["p95", (index) => minutes(D.stations.p95[index]), short],
  ["over10", (index) => D.stations.over10[index], percent],
  ["queue", (index) => D.stations.queue[index], short],
  ["busy", (index) => D.stations.busy[index], percent],
  ["kwh", (index) => D.stations.kwh[index], (value) => number(value)],
  ["profit", (index) => D.stations.profit[index], (value) => number(value)],
  ["place", (index) => (D.stations.synthetic[index] === "1" ? t("synthetic") : t("given")), (value) => value, true],
];
const drawStations = () => {
  const wanted = $("search").value.trim().toLocaleLowerCase(LOCALES[state.language]);
  const all = D.stations.name.map((_, index) => index);
  const found = all.filter((index) => `${D.stations.name[index]} ${districtOf(D.stations.district[index])}`.toLocaleLowerCase(LOCALES[state.language]).includes(wanted));
  const column = COLUMNS.find(([key]) => key === state.sort.key);
  const order = new Intl.Collator(LOCALES[state.language], { numeric: true });
  found.sort((a, b) => {
    const [x, y] = [column[1](a), column[1](b)];
    // What does not apply stands last, whichever way the others go.
    if (x === null || y === null) return (x === null) - (y === null);
    const by = column[3] ? order.compare(x, y) : x - y;
    return state.sort.down ? -by : by;
  });
  const head = make("thead"), line = make("tr");
  for (const [key, , , words] of COLUMNS) {
    const cell = make("th", undefined, { scope: "col", ...(words ? { class: "text" } : {}), ...(key === state.sort.key ? { "aria-sort": state.sort.down ? "descending" : "ascending" } : {}) });
    const button = make("button", t(`c_${key}`), { type: "button", "data-key": key });
    button.addEventListener("click", () => {
      state.sort = { key, down: state.sort.key === key ? !state.sort.down : !words };
      drawStations();
      $("stations").querySelector(`[data-key="${key}"]`).focus();
    });
    cell.append(button);
    line.append(cell);
  }
  head.append(line);
  const body = make("tbody");
  for (const index of found) {
    const row = make("tr");
    for (const [, value, written, words] of COLUMNS) row.append(make("td", written(value(index)), words ? { class: "text" } : {}));
    body.append(row);
  }
  $("stations").replaceChildren(head, body);
  $("found").textContent = t("found", { count: number(found.length), all: number(all.length) });
};
