// The map of a run: stations by what is chosen, districts by their wait, and the day that plays.
const MEASURES = {
  wait: { of: (index, hour) => minutes(hour < 0 ? D.stations.wait[index] : D.day.wait[index * 24 + hour]), unit: "min" },
  queue: { of: (index, hour) => (hour < 0 ? D.stations.queue[index] : D.day.queue[index * 24 + hour]), unit: "cars" },
  plugs_used: { of: (index, hour) => { const share = hour < 0 ? D.stations.busy[index] : D.day.busy[index * 24 + hour]; return share === null ? null : share * D.stations.plugs[index]; }, unit: "plugs_unit" },
};
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
const districtShapes = () => D.districts.map((_, index) => {
  const wait = districtWait(index);
  return outline(index, wait === null ? "rgba(128,128,128,.06)" : `rgba(${viridis(wait / districtScale())},.22)`, `${plain(district(index))}<br>${t("wait")}: ${short(wait)} ${t("min")}`);
});
const stationMarks = () => circles(stationText, {
  color: PLACED().map((index) => MEASURES[state.measure].of(index, state.hour)), colorscale: "Viridis", cmin: 0, cmax: scaleOf(state.measure), colorbar: colorbar(t(MEASURES[state.measure].unit), { len: 0.7 }),
});
const drawMap = () => {
  if (!showMap()) return;
  $("measure").replaceChildren(...Object.keys(MEASURES).map((key) => make("option", t(key), { value: key, ...(key === state.measure ? { selected: "" } : {}) })));
  put("map", () => cityMap(districtShapes(), stationMarks()));
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
