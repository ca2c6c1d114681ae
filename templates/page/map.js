// The map of a run: stations by what is chosen, districts by their wait, and the day that plays.
const measured = (measure, index, hour) => MEASURES[measure].of(D, index, hour);
const viridis = (share) => {
  const stops = [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]];
  const at = Math.min(Math.max(share, 0), 1) * (stops.length - 1), low = Math.min(Math.floor(at), stops.length - 2);
  return stops[low].map((value, part) => Math.round(value + (stops[low + 1][part] - value) * (at - low))).join(",");
};
// One scale for all hours, so that colours can be compared while the day plays; the few worst do not decide it.
const scaleOf = (measure) => {
  const all = PLACED().flatMap((index) => [-1, ...HOURS].map((hour) => measured(measure, index, hour)).filter((value) => value !== null)).sort((a, b) => a - b);
  return Math.max(all[Math.floor(all.length * 0.98)] ?? 1, measure === "plugs_used" ? 1 : 0.5);
};
const districtScale = () => Math.max(most(D.district_day.wait) / 60, 0.5);
const stationText = (index) => {
  const one = (key, value) => `${t(key)}: ${value}`;
  const hour = state.hour;
  return [`<b>${plain(D.stations.name[index])}</b> · ${plain(districtOf(D.stations.district[index]))}`, one("plugs", number(D.stations.plugs[index])), one("wait", `${short(measured("wait", index, hour))} ${t("min")}`), one("queue", short(measured("queue", index, hour))), one("plugs_used", short(measured("plugs_used", index, hour))), ...(D.stations.synthetic[index] === "1" ? [t("place_synthetic")] : [])].join("<br>");
};
const districtShapes = () => D.districts.map((_, index) => {
  const wait = districtWait(D, index);
  return outline(index, wait === null ? "rgba(128,128,128,.06)" : `rgba(${viridis(wait / districtScale())},.22)`, `${plain(district(index))}<br>${t("wait")}: ${short(wait)} ${t("min")}`);
});
const stationMarks = () => pins(PLACED(), stationText, {
  color: PLACED().map((index) => measured(state.measure, index, state.hour)), colorscale: "Viridis", cmin: 0, cmax: scaleOf(state.measure), colorbar: colorbar(t(MEASURES[state.measure].unit), { len: 0.7 }),
});
const drawMap = () => {
  if (!showMap("map")) return;
  put("map", () => cityMap(districtShapes(), [stationMarks()]));
  const places = D.districts.map((_, index) => index);
  const of = (name, index) => (state.hour < 0 ? null : D.district_day[name][index * 24 + state.hour]);
  tabled("map-table", () => [[t("district"), places.map(district), true], [t("wait_min"), places.map((index) => short(districtWait(D, index)))], [t("visits"), places.map((index) => short(state.hour < 0 ? D.district.visits[index] : of("visits", index)))], [t("busy_percent"), places.map((index) => percent(state.hour < 0 ? D.district.busy[index] : of("busy", index)))]]);
  tellHour();
  const now = (measure) => sum(PLACED().map((index) => measured(measure, index, state.hour)));
  $("map-caption").textContent = t("map_now", { when: hourName(), cars: short(now("queue")), plugs: number(now("plugs_used")), all: number(sum(D.stations.plugs)) });
};
