// The city of any page: districts, main roads and stations as lines and circles over degrees.
// A degree of longitude in Almaty, in degrees of latitude.
const PARALLEL = Math.cos((43.25 * Math.PI) / 180);
const PLACED = () => D.stations.name.map((_, index) => index).filter((index) => D.stations.lon[index] !== null);
// A district as a tinted shape, and what is said of it.
const outline = (index, fillcolor, text) => {
  const rings = D.districts[index].rings;
  return {
    type: "scatter", mode: "lines", fill: "toself", hoveron: "fills", hoverinfo: "text", line: { color: css("--muted"), width: 1.2 },
    x: rings.flatMap((ring, at) => [...(at ? [null] : []), ...ring.map((point) => point[0])]), y: rings.flatMap((ring, at) => [...(at ? [null] : []), ...ring.map((point) => point[1])]),
    fillcolor, text, name: plain(district(index)), showlegend: false,
  };
};
const roadLines = (courses, width) => ({
  type: "scatter", mode: "lines", hoverinfo: "skip", showlegend: false, line: { color: css("--muted"), width }, opacity: 0.55,
  x: courses.flatMap((course) => [...course.map((point) => point[0]), null]), y: courses.flatMap((course) => [...course.map((point) => point[1]), null]),
});
// Marks at stations, by plugs; the page gives their colours.
const pins = (placed, texts, marker) => ({
  type: "scatter", mode: "markers", x: placed.map((index) => D.stations.lon[index]), y: placed.map((index) => D.stations.lat[index]), showlegend: false,
  text: placed.map(texts), hovertemplate: "%{text}<extra></extra>",
  marker: { sizemode: "area", size: placed.map((index) => D.stations.plugs[index]), sizeref: most(D.stations.plugs) > 8 ? 0.05 : 0.025, sizemin: 4, showscale: true, line: { color: css("--ring"), width: 1 }, ...marker },
});
// A district's name stands among its stations, for its outline may reach far into the mountains.
const namePlace = (index) => {
  const inside = PLACED().filter((one) => D.stations.district[one] === D.districts[index].key).map((one) => [D.stations.lon[one], D.stations.lat[one]]);
  const points = inside.length ? inside : D.districts[index].rings[0];
  return [0, 1].map((part) => meanOf(points.map((point) => point[part])));
};
// How many pixels words are wide, in bold.
const pen = document.createElement("canvas").getContext("2d");
const widthOf = (words, size) => {
  pen.font = `bold ${size}px system-ui, sans-serif`;
  return pen.measureText(words).width;
};
// The districts' names inside the map: one that would lie on another moves up or down, or is left out until the map is closer.
const labels = () => {
  const size = NARROW.matches ? 11 : 13, line = size + 3;
  const { width, height } = sizeOf($("map"));
  const { xaxis, yaxis } = $("map").layout ?? mapLayout();
  const [west, east] = xaxis.range, [south, north] = yaxis.range;
  const scale = Math.min(width / (east - west), (height * PARALLEL) / (north - south));
  const across = (lon) => width / 2 + (lon - (west + east) / 2) * scale;
  const shown = [];
  D.districts.forEach(({ rings }, index) => {
    if (!rings.length) return;
    const [lon, lat] = namePlace(index), half = widthOf(shortDistrict(index), size) / 2 + 2;
    const isInside = across(lon) > 0 && across(lon) < width;
    const x = isInside ? Math.min(Math.max(across(lon), half), width - half) : across(lon);
    const at = (lines) => ({ x, y: (lat * scale) / PARALLEL + lines * line, half, index });
    const isFree = (one) => shown.every((other) => Math.abs(one.x - other.x) > one.half + other.half || Math.abs(one.y - other.y) >= line);
    const free = [0, 1, -1, 2, -2].map(at).find(isFree);
    if (free) shown.push(free);
  });
  return {
    type: "scatter", mode: "text", hoverinfo: "skip", showlegend: false, textfont: { size, color: css("--ink"), shadow: "auto" },
    x: shown.map((one) => (one.x - width / 2) / scale + (west + east) / 2), y: shown.map((one) => (one.y * PARALLEL) / scale), text: shown.map((one) => `<b>${plain(shortDistrict(one.index))}</b>`),
  };
};
// The map shows where the stations are; where it knows none, all districts.
const mapLayout = () => {
  const places = PLACED().map((index) => [D.stations.lon[index], D.stations.lat[index]]);
  const points = places.length ? places : D.districts.flatMap(({ rings }) => rings.flat());
  const range = (part) => {
    const values = points.map((point) => point[part]);
    const [low, high] = [Math.min(...values), Math.max(...values)], room = (high - low) * 0.06 + 0.004;
    return [low - room, high + room];
  };
  const axis = { visible: false };
  return { xaxis: { ...axis, range: range(0) }, yaxis: { ...axis, range: range(1), scaleanchor: "x", scaleratio: 1 / PARALLEL }, margin: { l: 4, r: 4, t: 4, b: 4 }, dragmode: "pan" };
};
// Whether there is a map, which then is there for those who hear it as well; its title is a word, and what it shows another.
const showMap = (title, has = PLACED().length > 0) => {
  $("s-map").hidden = !has;
  $("h-map").textContent = t(title);
  $("map-help").textContent = t(`${title}_help`);
  $("map").setAttribute("role", "application");
  $("map").setAttribute("aria-label", `${$("h-map").textContent}. ${$("map-help").textContent}`);
  return has;
};
const cityMap = (shapes, marks) => [[...shapes, roadLines(D.roads.other, 0.6), roadLines(D.roads.wide, 1.6), ...marks, labels()], layout(mapLayout()), { ...CONFIG, scrollZoom: true, displayModeBar: true, modeBarButtons: [["zoomIn2d", "zoomOut2d", "resetScale2d"]] }];
