// The tables of a comparison: what was changed, all metrics, all stations.
const setting = (value) => (value === null ? t("p_not_set") : typeof value === "string" ? value : JSON.stringify(value));
const drawChanges = () => {
  $("no-changes").hidden = D.changes.length > 0;
  $("changes-scroll").hidden = !D.changes.length;
  if (D.changes.length) $("changes").replaceChildren(...table([[t("p_key"), D.changes.map(([key]) => key), true], ["A", D.changes.map(([, a]) => setting(a)), true], ["B", D.changes.map(([, , b]) => setting(b)), true]]).children);
};
Object.assign(state, { metricSort: { key: "verdict", down: false }, sort: { key: "difference", down: true } });
const METRIC_COLUMNS = [
  ["verdict", (row) => `${RANKS.indexOf(METRICS[row].verdict)} ${verdictOf(METRICS[row])}`, (_, row) => `${VERDICTS[METRICS[row].verdict].sign} ${verdictOf(METRICS[row])}`, true],
  ["metric", (row) => named(METRICS[row]), (value) => value, true],
  ["unit", (row) => unitOf(METRICS[row]), (value) => value, true],
  ["a", (row) => METRICS[row].a * scaleOf(METRICS[row]), (_, row) => sideOf(METRICS[row], "a")],
  ["b", (row) => METRICS[row].b * scaleOf(METRICS[row]), (_, row) => sideOf(METRICS[row], "b")],
  ["difference", (row) => METRICS[row].difference * scaleOf(METRICS[row]), (_, row) => differenceOf(METRICS[row])],
  ["half", (row) => (half(METRICS[row]) === null ? null : half(METRICS[row]) * scaleOf(METRICS[row])), (_, row) => halfOf(METRICS[row]) ?? "–"],
  ["relative", (row) => METRICS[row].relative ?? null, (_, row) => relativeOf(METRICS[row])],
  ["chance", (row) => METRICS[row].p_holm ?? null, (value) => (value === null ? "–" : value < 0.001 ? "< 0.001" : number(value, 3))],
];
const drawMetrics = () => {
  listing({
    table: "metrics", search: "metric-search", found: "metric-found", columns: METRIC_COLUMNS, count: METRICS.length, sort: state.metricSort,
    searched: (row) => `${METRICS[row].name} ${called(METRICS[row].name)} ${verdictOf(METRICS[row])}`,
  });
  const lists = [["p_only_a", C.only_a], ["p_only_b", C.only_b], ["p_apart", C.never_in_the_same_replication]].filter(([, names]) => names.length);
  $("alone").replaceChildren(...lists.map(([key, names]) => make("li", t(key, { list: names.map(called).join(", ") }))));
};
// Of stations the whole day, whatever hour the map shows.
const stationMinutes = (side) => (index) => sideAt(side, index, "wait", -1);
const stationBusy = (side) => (index) => (rowOf(side, index) === null ? null : RUNS[side].stations.busy[rowOf(side, index)]);
const stationFate = (index) => t(`p_${fateOf(index)}`);
const STATION_COLUMNS = [
  ["name", (index) => D.stations.name[index], (value) => value, true],
  ["district", (index) => districtOf(D.stations.district[index]), (value) => value, true],
  ["fate", stationFate, (value) => value, true],
  ["plugs", (index) => D.stations.plugs[index], (value) => number(value)],
  ["wait_a", stationMinutes(0), short],
  ["wait_b", stationMinutes(1), short],
  ["difference", (index) => differenceAt(index, "wait", -1), (value) => signed(value, 1)],
  ["busy_a", stationBusy(0), percent],
  ["busy_b", stationBusy(1), percent],
];
const drawStations = () => {
  $("s-stations").hidden = !D.stations.name.length;
  const heads = { wait_a: ofSide(0, t("c_wait")), wait_b: ofSide(1, t("c_wait")), busy_a: ofSide(0, t("c_busy")), busy_b: ofSide(1, t("c_busy")), difference: t("p_wait_difference") };
  listing({
    table: "stations", search: "search", found: "found", columns: STATION_COLUMNS, count: D.stations.name.length, sort: state.sort, called: (key) => heads[key],
    searched: (index) => `${D.stations.name[index]} ${districtOf(D.stations.district[index])} ${stationFate(index)}`,
  });
};
