// The city of any page: districts, main roads and stations as lines and circles over degrees.
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
// Circles at the stations, by plugs; the page gives their colours.
const circles = (texts, marker) => {
  const placed = PLACED();
  return {
    type: "scatter", mode: "markers", x: placed.map((index) => D.stations.lon[index]), y: placed.map((index) => D.stations.lat[index]), showlegend: false,
    text: placed.map(texts), hovertemplate: "%{text}<extra></extra>",
    marker: { sizemode: "area", size: placed.map((index) => D.stations.plugs[index]), sizeref: most(D.stations.plugs) > 8 ? 0.05 : 0.025, sizemin: 4, showscale: true, line: { color: css(state.dark ? "--muted" : "--card"), width: 1 }, ...marker },
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
// Whether there is a map, which then is there for those who hear it as well.
const showMap = () => {
  const has = PLACED().length > 0;
  $("s-map").hidden = !has;
  $("map").setAttribute("role", "img");
  $("map").setAttribute("aria-label", `${$("h-map").textContent}. ${$("map-help").textContent}`);
  return has;
};
const cityMap = (shapes, marks) => [[...shapes, roadLines(D.roads.other, 0.6), roadLines(D.roads.wide, 1.6), marks, labels()], layout(mapLayout()), { ...CONFIG, scrollZoom: true, displayModeBar: true, modeBarButtons: [["zoomIn2d", "zoomOut2d", "resetScale2d"]] }];
