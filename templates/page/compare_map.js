// The map of differences: stations of both sides, districts by their wait, B less A.
const RUNS = D.sides;
const DISTRICTS = D.districts.map((_, index) => index);
const HAS_STATIONS = RUNS.every((run) => run.stations);
const less = (a, b) => (a === null || b === null ? null : b - a);
const rowOf = (side, index) => D.stations.rows[side][index];
const sideAt = (side, index, measure, hour) => (rowOf(side, index) === null ? null : MEASURES[measure].of(RUNS[side], rowOf(side, index), hour));
const differenceAt = (index, measure, hour) => less(sideAt(0, index, measure, hour), sideAt(1, index, measure, hour));
const FATES = ["both", "unknown", "new", "gone"];
const fateOf = (index) => (rowOf(0, index) === null ? "new" : rowOf(1, index) === null ? "gone" : "both");
// The same for the map, where a station may stand on both sides and its hour yet not be comparable.
const shownAs = (index) => (fateOf(index) === "both" && differenceAt(index, state.measure, state.hour) === null ? "unknown" : fateOf(index));
const districtRow = (side, index) => RUNS[side].district.key.indexOf(D.districts[index].key);
const waitOf = (side, index, hour) => (districtRow(side, index) < 0 ? null : districtWait(RUNS[side], districtRow(side, index), hour));
const districtDifference = (index, hour) => less(waitOf(0, index, hour), waitOf(1, index, hour));

// Less is blue and more is orange, which colour-blind readers can tell apart; no difference is the colour of the ground.
const ENDS = () => (document.documentElement.dataset.theme === "dark" ? [[98, 178, 250], [70, 82, 96], [255, 148, 82]] : [[0, 84, 159], [226, 229, 233], [200, 70, 0]]);
const tint = (share) => {
  const [low, middle, high] = ENDS();
  const at = Math.min(Math.abs(share), 1);
  return middle.map((value, part) => Math.round(value + ((share < 0 ? low : high)[part] - value) * at)).join(",");
};
const COLOURSCALE = () => [-1, -0.5, 0, 0.5, 1].map((share) => [(share + 1) / 2, `rgb(${tint(share)})`]);
// Nine in ten differences lie within the scale, so that a few stations do not bleach the others.
const reach = (values) => {
  const sizes = values.filter((value) => value !== null && value !== 0).map(Math.abs).sort((a, b) => a - b);
  return sizes[Math.floor(sizes.length * 0.9)] ?? 0;
};
// One scale for all hours, so that colours can be compared while the day plays.
const REACHES = {};
const reachOf = (measure) => (REACHES[measure] ??= Math.max(reach(PLACED().flatMap((index) => [-1, ...HOURS].map((hour) => differenceAt(index, measure, hour)))), 0.1));

const fromTo = (a, b, digits) => {
  const difference = less(a, b);
  const told = [a, b].map((value) => (value === null ? "–" : number(value, digits))).join(" → ");
  return difference === null ? told : `${told} (${signed(difference, digits)})`;
};
const stationText = (index) => {
  const of = (measure) => `${t(measure)}: ${fromTo(sideAt(0, index, measure, state.hour), sideAt(1, index, measure, state.hour), 1)} ${t(MEASURES[measure].unit)}`;
  const plugs = [0, 1].map((side) => (rowOf(side, index) === null ? "–" : number(RUNS[side].stations.plugs[rowOf(side, index)])));
  return [`<b>${plain(D.stations.name[index])}</b> · ${plain(districtOf(D.stations.district[index]))}`, t(`p_${fateOf(index)}`), `${t("plugs")}: ${plugs[0] === plugs[1] ? plugs[0] : plugs.join(" → ")}`, ...Object.keys(MEASURES).map(of), ...(D.stations.synthetic[index] === "1" ? [t("place_synthetic")] : [])].join("<br>");
};
const districtShapes = () => {
  const most = HAS_STATIONS ? reachOf("wait") : Math.max(...DISTRICTS.map((index) => Math.abs(districtDifference(index) ?? 0)), 0.1);
  return DISTRICTS.map((index) => {
    const difference = districtDifference(index);
    return outline(index, difference === null ? "rgba(128,128,128,.06)" : `rgba(${tint(difference / most)},.38)`, `${plain(district(index))}<br>${t("wait")}: ${fromTo(waitOf(0, index), waitOf(1, index), 1)} ${t("min")}`);
  });
};
const MARKS = {
  both: (placed) => ({ sizeref: 0.018, line: { color: css("--muted"), width: 1 }, color: placed.map((index) => differenceAt(index, state.measure, state.hour)), colorscale: COLOURSCALE(), cmid: 0, cmin: -reachOf(state.measure), cmax: reachOf(state.measure), colorbar: colorbar(`B − A, ${t(MEASURES[state.measure].unit)}`, { len: 0.7 }) }),
  unknown: () => ({ symbol: "circle-open", color: css("--muted"), showscale: false, line: { color: css("--muted"), width: 1.2 } }),
  new: () => ({ symbol: "diamond-open", sizeref: 0.06, color: css("--ink"), showscale: false, line: { color: css("--ink"), width: 1 } }),
  gone: () => ({ symbol: "x-thin-open", sizeref: 0.06, color: css("--ink"), showscale: false, line: { color: css("--ink"), width: 1.6 } }),
};
const stationMarks = () => FATES.map((fate) => [fate, PLACED().filter((index) => shownAs(index) === fate)]).filter(([, placed]) => placed.length)
  .map(([fate, placed]) => ({ ...pins(placed, stationText, MARKS[fate](placed)), name: `${t(`p_${fate}`)} (${number(placed.length)})`, showlegend: true }));
const drawMap = () => {
  if (!showMap(HAS_STATIONS ? "p_map" : "p_point", HAS_STATIONS ? PLACED().length > 0 : DISTRICTS.some((index) => districtDifference(index) !== null))) return;
  $("map-bar").hidden = !HAS_STATIONS;
  put("map", () => {
    const [traces, whole, config] = cityMap(districtShapes(), stationMarks());
    // Above a narrow map the colours are told, and signs below it.
    const [legend, margin] = NARROW.matches ? [{ y: 0, yanchor: "top" }, { b: 30 }] : [{}, { t: 30 }];
    return [traces, { ...whole, legend: { ...whole.legend, itemsizing: "constant", ...legend }, margin: { ...whole.margin, ...margin } }, config];
  });
  tabled("map-table", () => [[t("district"), DISTRICTS.map(district), true], ...[0, 1].map((side) => [ofSide(side, t("wait_min")), DISTRICTS.map((index) => short(waitOf(side, index)))]), [t("p_wait_difference"), DISTRICTS.map((index) => signed(districtDifference(index), 1))]]);
  tellHour();
  const count = (fate) => number(D.stations.name.filter((_, index) => fateOf(index) === fate).length);
  $("map-caption").textContent = HAS_STATIONS ? t("p_map_now", { both: count("both"), added: count("new"), gone: count("gone") }) : "";
};
