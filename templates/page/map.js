// The map: districts, main roads and stations as lines and circles over degrees, and the day that plays.
const MEASURES = {
  wait: { of: (index, hour) => minutes(hour < 0 ? D.stations.wait[index] : D.day.wait[index * 24 + hour]), unit: "min" },
  queue: { of: (index, hour) => (hour < 0 ? D.stations.queue[index] : D.day.queue[index * 24 + hour]), unit: "cars" },
  plugs_used: { of: (index, hour) => { const share = hour < 0 ? D.stations.busy[index] : D.day.busy[index * 24 + hour]; return share === null ? null : share * D.stations.plugs[index]; }, unit: "plugs_unit" },
};
const PLACED = () => D.stations.name.map((_, index) => index).filter((index) => D.stations.lon[index] !== null);
const districtWait = (index) => minutes(state.hour < 0 ? D.district.wait[index] : D.district_day.wait[index * 24 + state.hour]);
const viridis = (share) => {
  const stops = [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]];
  const at = Math.min(Math.max(share, 0), 1) * (stops.length - 1), low = Math.min(Math.floor(at), stops.length - 2);
  return stops[low].map((value, part) => Math.round(value + (stops[low + 1][part] - value) * (at - low))).join(",");
};
// One scale for all hours, so that colours can be compared while the day plays; the few worst do not decide it.
const scaleOf = (measure) => {
  const all = PLACED().flatMap((index) => [-1, ...HOURS].map((hour) => MEASURES[measure].of(index, hour)).filter((value) => value !== null)).sort((a, b) => a - b);
  return Math.max(all[Math.floor(all.length * 0.98)] ?? 1, measure === "plugs_used" ? 1 : 0.5);
};
const districtScale = () => Math.max(most(D.district_day.wait) / 60, 0.5);
const stationText = (index) => {
  const one = (key, value) => `${t(key)}: ${value}`;
  const hour = state.hour;
  return [`<b>${plain(D.stations.name[index])}</b> · ${plain(districtOf(D.stations.district[index]))}`, one("plugs", number(D.stations.plugs[index])), one("wait", `${short(MEASURES.wait.of(index, hour))} ${t("min")}`), one("queue", short(MEASURES.queue.of(index, hour))), one("plugs_used", short(MEASURES.plugs_used.of(index, hour))), ...(D.stations.synthetic[index] === "1" ? [t("place_synthetic")] : [])].join("<br>");
};
const districtShapes = () => D.districts.map((place, index) => {
  const wait = districtWait(index);
  return {
    type: "scatter", mode: "lines", fill: "toself", hoveron: "fills", hoverinfo: "text", line: { color: css("--muted"), width: 1.2 },
    x: place.rings.flatMap((ring, at) => [...(at ? [null] : []), ...ring.map((point) => point[0])]), y: place.rings.flatMap((ring, at) => [...(at ? [null] : []), ...ring.map((point) => point[1])]),
    fillcolor: wait === null ? "rgba(128,128,128,.06)" : `rgba(${viridis(wait / districtScale())},.22)`,
    text: `${plain(district(index))}<br>${t("wait")}: ${short(wait)} ${t("min")}`, name: plain(district(index)), showlegend: false,
  };
});
const roadLines = (courses, width) => ({
  type: "scatter", mode: "lines", hoverinfo: "skip", showlegend: false, line: { color: css("--muted"), width }, opacity: 0.55,
  x: courses.flatMap((course) => [...course.map((point) => point[0]), null]), y: courses.flatMap((course) => [...course.map((point) => point[1]), null]),
});
const stationMarks = () => {
  const placed = PLACED();
  const unit = t(MEASURES[state.measure].unit);
  return {
    type: "scatter", mode: "markers", x: placed.map((index) => D.stations.lon[index]), y: placed.map((index) => D.stations.lat[index]), showlegend: false,
    text: placed.map(stationText), hovertemplate: "%{text}<extra></extra>",
    marker: { sizemode: "area", size: placed.map((index) => D.stations.plugs[index]), sizeref: most(D.stations.plugs) > 8 ? 0.05 : 0.025, sizemin: 4, color: placed.map((index) => MEASURES[state.measure].of(index, state.hour)), colorscale: "Viridis", cmin: 0, cmax: scaleOf(state.measure), showscale: true, colorbar: { title: { text: unit, side: "right" }, thickness: 12, len: 0.7 }, line: { color: css(state.dark ? "--muted" : "--card"), width: 1 } },
  };
};
const labels = () => {
  const named = D.districts.map((place, index) => [index, place.rings[0]]).filter(([, ring]) => ring);
  // A district's name stands among its stations, for its outline may reach far into the mountains.
  const middle = ([index, ring], axis, part) => {
    const inside = PLACED().filter((one) => D.stations.district[one] === D.districts[index].key).map((one) => D.stations[axis][one]);
    const of = inside.length ? inside : ring.map((point) => point[part]);
    return meanOf(of);
  };
  return { type: "scatter", mode: "text", hoverinfo: "skip", showlegend: false, x: named.map((one) => middle(one, "lon", 0)), y: named.map((one) => middle(one, "lat", 1)), text: named.map(([index]) => `<b>${plain(district(index))}</b>`), textfont: { size: 13, color: css("--ink"), shadow: "auto" } };
};
const mapLayout = () => {
  const placed = PLACED();
  const range = (values) => { const [low, high] = [Math.min(...values), Math.max(...values)], room = (high - low) * 0.06 + 0.004; return [low - room, high + room]; };
  const [x, y] = placed.length ? [range(placed.map((index) => D.stations.lon[index])), range(placed.map((index) => D.stations.lat[index]))] : [undefined, undefined];
  const axis = { visible: false };
  return { xaxis: { ...axis, range: x }, yaxis: { ...axis, range: y, scaleanchor: "x", scaleratio: 1 / Math.cos((43.25 * Math.PI) / 180) }, margin: { l: 4, r: 4, t: 4, b: 4 }, dragmode: "pan", uirevision: "map" };
};
const hasMap = () => PLACED().length > 0;
const drawMap = () => {
  $("s-map").hidden = !hasMap();
  if (!hasMap()) return;
  $("measure").replaceChildren(...Object.keys(MEASURES).map((key) => make("option", t(key), { value: key, ...(key === state.measure ? { selected: "" } : {}) })));
  $("map").setAttribute("role", "img");
  $("map").setAttribute("aria-label", `${t("map")}. ${t("map_help")}`);
  put("map", () => [[...districtShapes(), roadLines(D.roads.other, 0.6), roadLines(D.roads.wide, 1.6), stationMarks(), labels()], layout(mapLayout()), { ...CONFIG, scrollZoom: true, displayModeBar: true, modeBarButtons: [["zoomIn2d", "zoomOut2d", "resetScale2d"]] }]);
  const places = D.districts.map((_, index) => index);
  const of = (name, index) => (state.hour < 0 ? null : D.district_day[name][index * 24 + state.hour]);
  $("map-table").replaceChildren(details(() => [[t("district"), places.map(district), true], [t("wait_min"), places.map((index) => short(districtWait(index)))], [t("visits"), places.map((index) => short(state.hour < 0 ? D.district.visits[index] : of("visits", index)))], [t("busy_percent"), places.map((index) => percent(state.hour < 0 ? D.district.busy[index] : of("busy", index)))]]));
  tellHour();
};
const tellHour = () => {
  const name = state.hour < 0 ? t("whole_day") : `${clock(state.hour)}–${clock((state.hour + 1) % 24)}`;
  $("hour").value = state.hour;
  $("hour").setAttribute("aria-valuetext", name);
  $("hour-name").textContent = name;
  const cars = sum(PLACED().map((index) => MEASURES.queue.of(index, state.hour))), plugs = sum(PLACED().map((index) => MEASURES.plugs_used.of(index, state.hour)));
  $("map-caption").textContent = t("map_now", { when: name, cars: short(cars), plugs: number(plugs), all: number(sum(D.stations.plugs)) });
};
const showHour = (hour) => {
  state.hour = hour;
  drawMap();
};
let playing = null;
const stop = () => { clearInterval(playing); playing = null; $("play").textContent = `▶ ${t("play")}`; $("play").setAttribute("aria-pressed", "false"); };
const play = () => {
  if (playing) return stop();
  $("play").textContent = `❚❚ ${t("pause")}`;
  $("play").setAttribute("aria-pressed", "true");
  playing = setInterval(() => showHour((state.hour + 1) % 24), 900);
  showHour((state.hour + 1) % 24);
};
