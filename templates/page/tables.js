// The table of stations, searched by name and district.
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
const drawStations = () => listing({
  table: "stations", search: "search", found: "found", columns: COLUMNS, count: D.stations.name.length, sort: state.sort,
  searched: (index) => `${D.stations.name[index]} ${districtOf(D.stations.district[index])}`,
});
