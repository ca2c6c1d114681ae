// The pictures of a sweep: the metric along each axis, two axes at once, what each axis does, and the best points.
const MOST_LINES = 6;
const MOST_MARKS = 2000;
const MOST_BEST = 20;
const grid = () => DESIGN === "grid" || DESIGN === "zip";
const hover = (one) => "%{text}<br>" + plain(called(one.name)) + ": %{customdata}<extra></extra>";
const errors = (one, points) => ({ type: "data", symmetric: false, array: points.map((point) => (one.high[point] === null ? 0 : highAt(one, point) - valueAt(one, point))), arrayminus: points.map((point) => (one.low[point] === null ? 0 : valueAt(one, point) - lowAt(one, point))), thickness: 1.4, width: 3, visible: points.some((point) => one.low[point] !== null) });
const marksAt = (axis, points, more = {}) => {
  const one = chosen();
  return { type: "scatter", x: points.map((point) => D.points[axis][point]), y: points.map((point) => valueAt(one, point)), text: points.map((point) => plain(`${t("sw_point")} ${point + 1}: ${where(point)}`)), customdata: points.map((point) => `${told(one, point)} ${unitOf(one)}`), hovertemplate: hover(one), ...more };
};
const lineAt = (axis, points, name, more = {}) => {
  const ordered = inOrder(axis, spread(points, MOST_MARKS));
  return marksAt(axis, ordered, { mode: "lines+markers", line: { width: 2 }, marker: { size: 7 }, error_y: errors(chosen(), ordered), name: plain(name), ...more });
};
// The mean over all points with the same value of the axis.
const meansAt = (axis) => {
  const one = chosen();
  return LEVELS[axis].map((level) => meanOf(known(one).filter((point) => D.points[axis][point] === level).map((point) => valueAt(one, point))));
};
// The points of one axis at a time: those that differ from the first in no other axis.
const alone = (axis) => POINTS.filter((point) => D.axes.every((_, other) => other === axis || D.points[other][point] === D.points[other][0]));
const response = (axis) => {
  if (DESIGN === "one_at_a_time") return [lineAt(axis, alone(axis), "")];
  if (DESIGN === "zip" || (grid() && D.axes.length === 1)) return [lineAt(axis, POINTS, "")];
  if (grid() && D.axes.length === 2) {
    const other = 1 - axis;
    return spread(LEVELS[other], MOST_LINES).map((level, index) => lineAt(axis, POINTS.filter((point) => D.points[other][point] === level), levelName(other, level), { marker: { size: 7, symbol: ["circle", "square", "diamond", "triangle-up", "x", "star"][index] } }));
  }
  const marks = spread(POINTS, MOST_MARKS);
  const few = marks.length <= 100;
  const cloud = marksAt(axis, marks, { mode: "markers", name: t("sw_each"), marker: { size: few ? 7 : 4, opacity: few ? 0.85 : 0.5 }, ...(few ? { error_y: { ...errors(chosen(), marks), thickness: 1, width: 0 } } : {}) });
  if (!grid()) return [cloud];
  const levels = LEVELS[axis];
  return [cloud, { type: "scatter", mode: "lines+markers", x: levels, y: meansAt(axis), name: t("sw_mean_over"), line: { width: 2.5, color: COLOURS[5] }, marker: { size: 8 }, hovertemplate: "%{x}<br>%{y:.4~g}<extra></extra>" }];
};
const responseHelp = () => {
  if (DESIGN === "one_at_a_time") return "sw_alone_help";
  if (D.axes.length === 1) return "sw_line_help";
  if (DESIGN === "zip") return "sw_zip_help";
  if (grid()) return D.axes.length === 2 ? "sw_lines_help" : "sw_grid_help";
  return COUNT > MOST_MARKS ? "sw_sample_help" : "sw_cloud_help";
};
// In a cloud the points decide what is in sight, for a single wide interval would press them flat.
const sight = (axis) => {
  const [first] = response(axis);
  const values = first.mode === "markers" ? first.y.filter((value) => value !== null) : [];
  if (!values.length) return {};
  const [low, high] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))], room = (high - low) * 0.12 || Math.abs(high) * 0.1 || 1;
  return { range: [low - room, high + room] };
};
const axisLayout = (axis) => {
  if (!isNumber(axis)) return { title: plain(D.axes[axis]), type: "category", categoryarray: LEVELS[axis] };
  const levels = LEVELS[axis];
  return { title: plain(D.axes[axis]), ...(levels[0] > 0 && levels[levels.length - 1] / levels[0] > 30 ? { type: "log" } : {}) };
};
const responseTable = (axis) => {
  const one = chosen();
  const points = inOrder(axis, DESIGN === "one_at_a_time" ? alone(axis) : POINTS).slice(0, MOST_MARKS);
  return [[D.axes[axis], points.map((point) => setTo(axis, point))], ...D.axes.map((key, other) => [key, points.map((point) => setTo(other, point))]).filter((_, other) => other !== axis), [titled(one), points.map((point) => told(one, point))]];
};
const CHARTS = [
  ...D.axes.map((key, axis) => ({
    key: `axis-${axis}`, wide: D.axes.length % 2 === 1 && axis === D.axes.length - 1, has: () => D.metrics.length > 0 && LEVELS[axis].length > 1, title: () => t("sw_along", { axis: key }), help: () => t(responseHelp()),
    traces: () => response(axis),
    layout: () => ({ xaxis: axisLayout(axis), yaxis: { title: plain(NARROW.matches ? unitOf(chosen()) : titled(chosen())), ...sight(axis) }, showlegend: response(axis).length > 1, ...(grid() && D.axes.length === 2 ? { legend: { orientation: "h", y: 1.02, yanchor: "bottom", x: 0, title: { text: `${plain(D.axes[1 - axis])}:`, side: "top" } } } : {}) }),
    table: () => responseTable(axis),
  })),
  {
    key: "tornado", wide: true, has: () => DESIGN === "one_at_a_time" && D.metrics.length > 0,
    title: () => t("sw_tornado"), help: () => t("sw_tornado_help"),
    effects: () => (chosen().influence?.axes ?? []).flatMap((bar) => bar.points.map((point) => ({ axis: bar.axis, at: point.point - 1, value: point.difference }))).filter((effect) => effect.value),
    traces() {
      const one = chosen(), scale = scaleOf(one), effects = this.effects();
      const names = (effect) => plain(`${effect.axis} = ${setTo(D.axes.indexOf(effect.axis), effect.at)}`);
      const side = (sign, colour, name) => {
        const mine = effects.filter((effect) => (effect.value.mean < 0 ? -1 : 1) === sign);
        return { type: "bar", orientation: "h", name, y: mine.map((effect) => plain(effect.axis)), x: mine.map((effect) => effect.value.mean * scale), marker: { color: colour, pattern: { shape: sign < 0 ? "" : "/" } }, error_x: { type: "data", array: mine.map((effect) => (effect.value.ci95 ? ((effect.value.ci95[1] - effect.value.ci95[0]) / 2) * scale : 0)), thickness: 1.2, width: 3 }, text: mine.map(names), textposition: "none", hovertemplate: "%{text}: %{x:+.4~g}<extra></extra>" };
      };
      return [side(-1, COLOURS[0], t("sw_less")), side(1, COLOURS[1], t("sw_more"))];
    },
    layout: () => ({ barmode: "overlay", xaxis: { title: `${t("sw_difference")}: ${plain(titled(chosen()))}`, zeroline: true }, yaxis: { autorange: "reversed", type: "category", categoryarray: (chosen().influence?.axes ?? []).map((bar) => plain(bar.axis)) } }),
    table() { const effects = this.effects(), scale = scaleOf(chosen()); return [[t("sw_axis"), effects.map((effect) => effect.axis), true], [t("sw_set_to"), effects.map((effect) => setTo(D.axes.indexOf(effect.axis), effect.at))], [t("sw_difference"), effects.map((effect) => within(effect.value.mean * scale, effect.value.ci95 ? ((effect.value.ci95[1] - effect.value.ci95[0]) / 2) * scale : null))]]; },
  },
  {
    key: "shares", wide: true, has: () => DESIGN === "saltelli" && D.metrics.length > 0,
    title: () => t("sw_shares"), help: () => t("sw_shares_help"),
    axes: () => (chosen().influence?.axes ?? []).slice().sort((a, b) => b.total.value - a.total.value),
    traces() {
      const axes = this.axes();
      const of = (kind, name, more) => ({ type: "bar", name, x: axes.map((one) => plain(one.axis)), y: axes.map((one) => one[kind].value * 100), error_y: { type: "data", symmetric: false, array: axes.map((one) => Math.max(one[kind].ci95[1] - one[kind].value, 0) * 100), arrayminus: axes.map((one) => Math.max(one[kind].value - one[kind].ci95[0], 0) * 100), thickness: 1.2, width: 3 }, hovertemplate: "%{x}<br>%{y:.1f} %<extra></extra>", ...more });
      return [of("first", t("sw_first"), {}), of("total", t("sw_total"), { marker: { color: COLOURS[1], pattern: { shape: "/" } } })];
    },
    layout: () => ({ barmode: "group", yaxis: { title: t("sw_variance") } }),
    table() { const axes = this.axes(), share = (one) => `${short(one.value * 100)} (${short(one.ci95[0] * 100)} … ${short(one.ci95[1] * 100)})`; return [[t("sw_axis"), axes.map((one) => one.axis), true], [`${t("sw_first")}, %`, axes.map((one) => share(one.first))], [`${t("sw_total")}, %`, axes.map((one) => share(one.total))]]; },
  },
];

const hasHeat = () => DESIGN === "grid" && D.axes.length > 1 && D.metrics.length > 0;
// Rows from below, each with the mean over the points that share both values.
const cells = () => {
  const one = chosen(), [x, y] = [state.across, state.up];
  const at = new Map();
  for (const point of known(one)) {
    const key = `${LEVELS[x].indexOf(D.points[x][point])},${LEVELS[y].indexOf(D.points[y][point])}`;
    at.set(key, [...(at.get(key) ?? []), valueAt(one, point)]);
  }
  return LEVELS[y].map((_, row) => LEVELS[x].map((_, column) => meanOf(at.get(`${column},${row}`) ?? [])));
};
const drawHeat = () => {
  $("s-heatmap").hidden = !hasHeat();
  if (!hasHeat()) return;
  const [x, y] = [state.across, state.up], one = chosen();
  $("heatmap-axes").hidden = D.axes.length < 3;
  for (const [id, at] of [["across", x], ["up", y]]) $(id).replaceChildren(...D.axes.map((key, axis) => make("option", key, { value: axis, ...(axis === at ? { selected: "" } : {}) })));
  $("heatmap-help").textContent = t(D.axes.length > 2 ? "sw_heatmap_mean" : "sw_heatmap_help", { metric: titled(one) });
  $("p-heatmap").setAttribute("aria-label", `${t("sw_heatmap")}. ${$("heatmap-help").textContent}`);
  const values = cells(), names = (axis) => LEVELS[axis].map((level) => plain(levelName(axis, level)));
  const few = LEVELS[x].length * LEVELS[y].length <= 150;
  const trace = { type: "heatmap", x: names(x), y: names(y), z: values, colorscale: "Viridis", hoverongaps: false, xgap: 1, ygap: 1, colorbar: colorbar(unitOf(one)), ...(few ? { text: values.map((row) => row.map((value) => (value === null ? "" : short(value)))), texttemplate: "%{text}" } : {}), hovertemplate: `${plain(D.axes[x])} = %{x}<br>${plain(D.axes[y])} = %{y}<br>%{z:.4~g} ${unitOf(one)}<extra></extra>` };
  put("p-heatmap", () => [[trace], layout({ xaxis: { title: plain(D.axes[x]), type: "category" }, yaxis: { title: plain(D.axes[y]), type: "category" } }), CONFIG]);
  tabled("heatmap-table", () => [[`${D.axes[y]} \\ ${D.axes[x]}`, LEVELS[y].map((level) => levelName(y, level)), true], ...LEVELS[x].map((level, column) => [levelName(x, level), values.map((row) => short(row[column]))])]);
};
const drawBest = () => {
  const one = chosen();
  const best = one?.best;
  $("s-best").hidden = !one || one.better === "neither";
  if ($("s-best").hidden) return;
  $("best-says").textContent = best ? t(best.length === COUNT ? "sw_best_all" : best.length === 1 ? "sw_best_one" : "sw_best_many", { metric: called(one.name), count: number(best.length), all: number(COUNT), where: best.length ? where(best[0]) : "–", shown: number(Math.min(best.length, MOST_BEST)) }) : t("sw_best_unknown", { metric: one.name });
  const shown = (best ?? []).slice(0, MOST_BEST), names = shown.map((point) => plain(NARROW.matches ? number(point + 1) : `${point + 1}: ${D.axes.map((_, axis) => setTo(axis, point)).join(" · ")}`));
  $("p-best").hidden = shown.length === 0;
  $("p-best").style.height = `${110 + shown.length * 26}px`;
  $("p-best").setAttribute("aria-label", `${t("sw_best")}. ${$("best-says").textContent}`);
  if (shown.length) {
    const trace = () => ({ type: "scatter", mode: "markers", x: shown.map((point) => valueAt(one, point)), y: names, error_x: errors(one, shown), marker: { size: 9, color: css("--accent") }, text: shown.map((point) => plain(where(point))), customdata: shown.map((point) => told(one, point)), hovertemplate: hover(one) });
    put("p-best", () => [[trace()], layout({ xaxis: { title: plain(NARROW.matches ? unitOf(one) : titled(one)) }, yaxis: { title: t("sw_point"), type: "category", autorange: "reversed" } }), CONFIG]);
  }
  $("best-table").hidden = shown.length === 0;
  const some = (best ?? []).slice(0, MOST_MARKS);
  tabled("best-table", () => [[t("c_point"), some.map((point) => number(point + 1))], ...D.axes.map((key, axis) => [key, some.map((point) => setTo(axis, point))]), [titled(one), some.map((point) => told(one, point))]]);
};
