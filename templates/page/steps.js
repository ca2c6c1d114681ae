// Keys lead from point to point of a chart. A point is shown as under the mouse, and what is shown is said.
const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0], Home: [0, -Infinity], End: [0, Infinity] };
// The library shows a point at most this many milliseconds later.
const HOVER_MS = 60;
const ZOOMS = { "+": 0.6, "=": 0.6, "-": 1 / 0.6 };
// The point of each chart to which the keys have led.
const cursors = new WeakMap();
// The points of a trace in lines: of a heat map one for each row, from above; what is coloured by value begins with the largest.
const traceLines = (plot, trace, curveNumber) => {
  if (trace.hoverinfo === "skip" || trace.hoveron === "fills") return [];
  if (trace.type === "heatmap") {
    const rows = trace.z.map((row, y) => row.flatMap((value, x) => (value === null ? [] : [{ curveNumber, pointNumber: [y, x] }])));
    const [bottom, top] = plot.layout.yaxis.range;
    return bottom > top ? rows : rows.reverse();
  }
  const points = trace.x.map((_, index) => index).filter((index) => trace.x[index] !== null && trace.y[index] !== null);
  const values = trace.marker?.color;
  if (Array.isArray(values)) points.sort((a, b) => (values[b] ?? -Infinity) - (values[a] ?? -Infinity));
  return [points.map((pointNumber) => ({ curveNumber, pointNumber }))];
};
const pointLines = (plot) => plot.data.flatMap((trace, curve) => traceLines(plot, trace, curve)).filter((line) => line.length);
const isAt = (cursor) => (point) => point.curveNumber === cursor?.curveNumber && String(point.pointNumber) === String(cursor.pointNumber);
const stepBy = (plot, [down, right]) => {
  const lines = pointLines(plot), isHere = isAt(cursors.get(plot));
  if (!lines.length) return;
  const among = (value, list) => list[Math.min(Math.max(value, 0), list.length - 1)];
  const line = lines.findIndex((points) => points.some(isHere));
  const next = among(Math.max(line, 0) + down, lines);
  cursors.set(plot, among((lines[line]?.findIndex(isHere) ?? -1) + right, next));
  showPoint(plot);
};
const showPoint = (plot) => {
  const point = cursors.get(plot);
  if (!point) return;
  const { xaxis = "x", yaxis = "y", name } = plot.data[point.curveNumber];
  Plotly.Fx.hover(plot, [point], xaxis + yaxis);
  const isNamed = plot.querySelector(".legend") !== null;
  setTimeout(() => sayBelow(plot, [...new Set([...(isNamed ? [name] : []), ...hoverWords(plot)])].join(" · ")), HOVER_MS);
};
const leavePoint = (plot) => {
  cursors.delete(plot);
  Plotly.Fx.unhover(plot);
  sayBelow(plot, "");
};
const sayBelow = (plot, words) => { plot.nextElementSibling.textContent = words; };
const hoverWords = (plot) => [...plot.querySelectorAll(".hovertext tspan.line, .hovertext text:not(:has(tspan))")].map((line) => line.textContent.trim()).filter((line) => line);
// The ranges closer to, or further from, the point to which the keys have led, or the middle.
const zoomed = (plot, factor) => {
  const point = cursors.get(plot);
  const range = (axis, part) => {
    const [low, high] = plot.layout[axis].range, half = ((high - low) / 2) * factor;
    const middle = point ? plot.data[point.curveNumber][part][point.pointNumber] : (low + high) / 2;
    return [middle - half, middle + half];
  };
  return { "xaxis.range": range("xaxis", "x"), "yaxis.range": range("yaxis", "y") };
};
const whole = (plot) => {
  const { xaxis, yaxis } = drawings.get(plot.id)()[1];
  return { "xaxis.range": xaxis.range, "yaxis.range": yaxis.range };
};
const canZoom = (plot) => plot.layout?.dragmode === "pan";
// What was zoomed stays so when it is drawn anew.
const kept = (plot, given) => (canZoom(plot) ? { ...given, xaxis: { ...given.xaxis, range: plot.layout.xaxis.range }, yaxis: { ...given.yaxis, range: plot.layout.yaxis.range } } : given);
const pressed = (plot, key) => {
  if (STEPS[key]) stepBy(plot, STEPS[key]);
  else if (key === "Escape") leavePoint(plot);
  else if (canZoom(plot) && (ZOOMS[key] || key === "0")) Plotly.relayout(plot, key === "0" ? whole(plot) : zoomed(plot, ZOOMS[key])).then(() => showPoint(plot));
  else return false;
  return true;
};
// Makes a chart that was just drawn answer to keys, and shows again where they had led.
const steppable = (plot) => {
  plot.firstElementChild.setAttribute("aria-hidden", "true");
  if (plot.hasAttribute("tabindex")) return showPoint(plot);
  plot.tabIndex = 0;
  plot.after(make("p", "", { class: "said muted", "aria-live": "polite" }));
  plot.addEventListener("keydown", (event) => {
    if (!event.ctrlKey && !event.metaKey && !event.altKey && pressed(plot, event.key)) event.preventDefault();
  });
  plot.addEventListener("focus", () => { if (plot.matches(":focus-visible")) sayBelow(plot, t(canZoom(plot) ? "keys_map" : "keys")); });
  plot.addEventListener("blur", () => leavePoint(plot));
  if (canZoom(plot)) zoomable(plot);
};
// A map that can be brought closer. The wheel scrolls the page over it, unless it was clicked or led to by keys.
const zoomable = (plot) => {
  plot.addEventListener("pointerdown", () => plot.focus({ preventScroll: true }));
  plot.addEventListener("wheel", (event) => { if (!plot.contains(document.activeElement)) event.stopPropagation(); }, { capture: true, passive: true });
  // Closer by, there may be room for more names.
  plot.on("plotly_relayout", () => put(plot.id, drawings.get(plot.id)));
};
