// What is said of a sweep in words, the table of its points, and what is drawn again when anything is chosen.
const range = (one) => {
  const order = byValue(one);
  if (!order.length) return [];
  const [low, high] = [order[0], order[order.length - 1]];
  return [t("sw_range", { metric: called(one.name), unit: unitOf(one), low: told(one, low), at_low: where(low), high: told(one, high), at_high: where(high) }).replace(/ (?=[,.;])/g, "")];
};
const command = () => ["zaryad sweep", quoted(D.file), ...D.sets.map((set) => `--set ${quoted(set)}`), "--out", quoted(`${D.scenario}.sweep`), "--report sweep.html"].join(" ");
const drawWords = () => {
  $("question").textContent = D.question;
  const [low, high] = D.asked.map((count) => number(count));
  $("setting").textContent = [t("sw_setting", { design: t(`d_${DESIGN}`), points: number(COUNT), runs: number(sum(D.runs)), asked: low === high ? low : `${low}–${high}`, seed: String(D.seed) }), ...(D.metrics.some((one) => one.low.some((low) => low !== null)) ? [t("interval")] : []), ...(D.missing > 0 ? [t("sw_missing", { count: number(D.missing) })] : [])].join(" ");
  const leading = D.main.map((name) => BY_NAME[name]).filter((one) => one);
  $("answers").replaceChildren(...(leading.length ? leading.filter((one) => one.better !== "neither").slice(0, 3).flatMap(range) : [t("a_nothing")]).map((sentence) => make("li", sentence)));
  $("cards").replaceChildren(...[[COUNT, "sw_k_points"], [sum(D.runs), "sw_k_runs"], [D.axes.length, "sw_k_axes"], [D.applying, "sw_k_metrics"]].map(([value, label]) => {
    const card = make("div");
    card.append(make("b", number(value)), make("span", t(label)));
    return card;
  }));
  const option = (one) => make("option", titled(one), { value: one.name, ...(one.name === state.metric ? { selected: "" } : {}) });
  const group = (label, metrics) => { const whole = make("optgroup", undefined, { label }); whole.append(...metrics.map(option)); return whole; };
  const others = D.metrics.filter((one) => !D.main.includes(one.name));
  $("metric").replaceChildren(group(t("sw_main"), leading), ...(others.length ? [group(t("sw_others"), others)] : []));
  $("metric-left").textContent = D.metrics.length < D.applying ? t("sw_left", { count: number(D.metrics.length), all: number(D.applying) }) : "";
  $("metric-left").hidden = D.metrics.length >= D.applying;
  $("s-metric").hidden = !D.metrics.length;
  $("command").textContent = command();
  $("texts").textContent = Object.entries(D.texts).map(([name, text]) => `# ${name}\n\n${text}`).join("\n\n");
  pairs("manifest", [[t("version"), `${D.version}${D.commit ? ` (${D.commit})` : ""}`], [t("seed"), String(D.seed)], [t("sw_design"), JSON.stringify(D.design)], [t("sw_identity"), D.identity], [t("fingerprint"), D.fingerprint ?? "–"], ...D.data]);
};
const drawPoints = () => {
  const one = chosen();
  const value = (of) => [of.name, (point) => valueAt(of, point), (_, point) => told(of, point)];
  const metrics = one ? [one, ...D.main.map((name) => BY_NAME[name]).filter((of) => of && of !== one).slice(0, 6)] : [];
  const heads = { point: t("c_point"), runs: t("replications"), ...Object.fromEntries(metrics.map((of) => [of.name, titled(of)])) };
  const columns = [["point", (point) => point + 1, (point) => number(point)], ...D.axes.map((key, axis) => [`axis-${axis}`, (point) => D.points[axis][point], (_, point) => setTo(axis, point), !isNumber(axis)]), ...metrics.map(value), ["runs", (point) => D.runs[point], (count) => number(count)]];
  if (!columns.some(([key]) => key === state.sort.key)) state.sort = { key: "point", down: false };
  listing({
    table: "points", search: "search", found: "found", columns, count: COUNT, sort: state.sort, called: (key) => heads[key] ?? D.axes[Number(key.slice(5))],
    searched: (point) => `${point + 1} ${where(point)}`,
  });
};
const drawMetric = () => {
  $("metric-says").textContent = chosen() ? range(chosen()).join("") : "";
  if (chosen()) drawCharts();
  drawHeat(); drawBest(); drawPoints();
};
const draw = () => { drawFrame(); drawWords(); drawMetric(); };
$("metric").addEventListener("change", (event) => { state.metric = event.target.value; drawMetric(); });
for (const [id, other] of [["across", "up"], ["up", "across"]]) $(id).addEventListener("change", (event) => {
  // The same axis twice shows nothing: the other one makes room.
  const before = state[id];
  state[id] = Number(event.target.value);
  if (state[other] === state[id]) state[other] = before;
  drawHeat();
});
$("search").addEventListener("input", drawPoints);
begin();
