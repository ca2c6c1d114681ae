// Each chart of a comparison, in the form of those of a run.

// The metrics that have a name in the reader's language, and a share of A that they changed by.
const FOREST = METRICS.filter((one) => WORDS.en[`m_${one.name}`] && one.verdict !== "same" && one.relative !== undefined && half(one) !== null)
  .sort((one, other) => RANKS.indexOf(one.verdict) - RANKS.indexOf(other.verdict) || Math.abs(other.relative) - Math.abs(one.relative));
const relativeHalf = (one) => half(one) / Math.abs(one.a);
// The end of the axis: wide enough for most, so that a few huge ones do not press the others together.
const LIMIT = (() => {
  const ends = FOREST.map((one) => Math.abs(one.relative) + relativeHalf(one)).sort((a, b) => a - b);
  return Math.min(Math.max((ends[Math.floor(ends.length * 0.85)] ?? 0) * 1.1, 0.02), 2);
})();
const isBeyond = (one) => Math.abs(one.relative) > LIMIT;
const changeOf = (one) => {
  const digits = decimals(one.relative * 100, relativeHalf(one) * 100);
  return `${signed(one.relative * 100, digits)} ± ${number(relativeHalf(one) * 100, digits)} %`;
};
const forestRow = (one) => -FOREST.indexOf(one);
const forestText = (one) => `<b>${plain(called(one.name))}</b><br>${sideOf(one, "a")} → ${joined(sideOf(one, "b"), unitOf(one))}<br>${joined(withHalf(differenceOf(one), one), unitOfDifference(one))}<br>${changeOf(one)} · ${verdictOf(one)}`;
const forestTrace = (verdict) => {
  // The first one stands in the legend, where a triangle would mislead.
  const rows = FOREST.filter((one) => one.verdict === verdict).sort((one, other) => isBeyond(one) - isBeyond(other));
  const beyond = (one) => (one.relative < 0 ? "triangle-left" : "triangle-right");
  return {
    type: "scatter", mode: "markers", name: t(`p_${verdict}`), x: rows.map((one) => (isBeyond(one) ? Math.sign(one.relative) * LIMIT : one.relative) * 100), y: rows.map(forestRow), cliponaxis: false,
    error_x: { type: "data", array: rows.map((one) => (isBeyond(one) ? 0 : relativeHalf(one) * 100)), thickness: 2, width: 4 },
    marker: { size: 10, color: VERDICTS[verdict].colour(), symbol: rows.map((one) => (isBeyond(one) ? beyond(one) : VERDICTS[verdict].symbol)), line: { width: 1.5, color: VERDICTS[verdict].colour() } },
    text: rows.map(forestText), hovertemplate: "%{text}<extra></extra>",
  };
};
// Names and numbers stand beside the bars, or above them where there is no room.
const forestWords = () => FOREST.flatMap((one) => {
  const word = { y: forestRow(one), xref: "paper", showarrow: false, font: { size: 13 }, bgcolor: css("--card"), borderpad: 1 };
  if (NARROW.matches) return [{ ...word, x: 0, xanchor: "left", yshift: 25, align: "left", text: `${plain(called(one.name))}<br>${changeOf(one)}` }];
  return [{ ...word, x: 1, xanchor: "left", xshift: 12, text: changeOf(one) }];
});
// The mean wait by the hour of arrival, over all stations.
const waitByHour = (run) => HOURS.map((hour) => {
  const at = run.stations.name.map((_, index) => index * 24 + hour).filter((cell) => run.day.wait[cell] !== null);
  const waits = sum(at.map((cell) => run.day.plugged[cell]));
  return waits ? sum(at.map((cell) => run.day.wait[cell] * run.day.plugged[cell])) / waits / 60 : null;
});
const queueByHour = (run) => HOURS.map((hour) => sum(run.stations.name.map((_, index) => run.day.queue[index * 24 + hour])));
const known = (values) => values.filter((value) => value !== null);
const hourLines = (of, digits, unit) => RUNS.map((run, side) => ({ type: "scatter", mode: "lines+markers", x: HOURS.map(clock), y: of(run), name: SIDES[side].letter, line: LINES[side](), marker: { symbol: side ? "circle" : "circle-open", size: 6 }, hovertemplate: `${SIDES[side].letter}, %{x}<br>%{y:.${digits}f} ${unit}<extra></extra>` }));
const hourTable = (of, title) => [[t("hour"), HOURS.map(clock), true], ...RUNS.map((run, side) => [ofSide(side, title), of(run).map(short)])];
// The whole day, whatever hour the map shows.
const wholeDay = (side, index) => waitOf(side, index, -1);
const boundOf = (side, index, bound) => (districtRow(side, index) < 0 ? null : minutes(RUNS[side].district[bound][districtRow(side, index)]));
const hourDifferences = (index) => HOURS.map((hour) => districtDifference(index, hour));
const marker = (side, size) => ({ size, symbol: side ? "circle" : "circle-open", color: LINES[side]().color, line: { width: 2 } });
const districtLinks = (names) => ({
  type: "scatter", mode: "lines", hoverinfo: "skip", showlegend: false, line: { color: css("--muted"), width: 1 },
  x: DISTRICTS.flatMap((index) => [wholeDay(0, index), wholeDay(1, index), null]), y: names.flatMap((name) => [name, name, null]),
});
const districtEnds = (names, side) => ({
  type: "scatter", mode: "markers", name: SIDES[side].letter, x: DISTRICTS.map((index) => wholeDay(side, index)), y: names, cliponaxis: false, marker: marker(side, 11),
  error_x: {
    type: "data", symmetric: false, thickness: 1.5, width: 4,
    array: DISTRICTS.map((index) => less(wholeDay(side, index), boundOf(side, index, "wait_high"))), arrayminus: DISTRICTS.map((index) => less(boundOf(side, index, "wait_low"), wholeDay(side, index))),
  },
  hovertemplate: `%{y}<br>${SIDES[side].letter}: %{x:.1f} ${t("min")}<extra></extra>`,
});
// The quantiles of a side: name, share, and the wait, none where nobody waited.
const quantilesOf = (side) => QUANTILES.map(([name, share]) => [name, share, BY_NAME[`charging.wait_s.${name}`]?.[side ? "b" : "a"] ?? null]);
const waited = (side) => {
  const shown = quantilesOf(side).filter(([, , wait]) => wait > 0);
  return { x: shown.map(([, , wait]) => minutes(wait)), y: shown.map(([, share]) => share), text: shown.map(([name]) => name) };
};
// Where most do not wait at all, the picture begins with the share of those.
const least = () => Math.max(Math.min(...RUNS.map((run) => cumulative(run.waits)[0][1])) * 100 - 3, 0);

const CHARTS = [
  {
    key: "p_forest", wide: true, has: () => FOREST.length > 0,
    height: () => FOREST.length * (NARROW.matches ? 62 : 30) + 110,
    traces: () => RANKS.filter((verdict) => FOREST.some((one) => one.verdict === verdict)).map(forestTrace),
    layout: () => ({
      xaxis: { title: t("p_relative"), range: [-LIMIT * 104, LIMIT * 104], zeroline: true, zerolinewidth: 2, zerolinecolor: css("--ink"), ticksuffix: " %" },
      yaxis: { range: [0.8 - FOREST.length, NARROW.matches ? 1 : 0.7], showgrid: false, zeroline: false, ...(NARROW.matches ? { showticklabels: false, ticks: "" } : { tickvals: FOREST.map(forestRow), ticktext: FOREST.map((one) => plain(called(one.name))) }) },
      showlegend: true, annotations: forestWords(), margin: NARROW.matches ? { l: 12, r: 12, t: 12, b: 44 } : { l: 52, r: 150, t: 12, b: 44 },
    }),
    table: () => [[t("c_metric"), FOREST.map((one) => called(one.name)), true], [t("p_relative"), FOREST.map(changeOf)], [t("c_verdict"), FOREST.map(verdictOf), true]],
  },
  {
    key: "p_districts", has: () => DISTRICTS.some((index) => wholeDay(0, index) !== null),
    height: () => Math.max(DISTRICTS.length * 28 + 110, 340),
    traces: () => {
      const names = DISTRICTS.map((index) => plain(shortDistrict(index)));
      return [districtLinks(names), ...[0, 1].map((side) => districtEnds(names, side))];
    },
    layout: () => ({ xaxis: { title: t("wait_min"), range: [0, 1.25 * most(DISTRICTS.flatMap((index) => [0, 1].map((side) => wholeDay(side, index))))] }, yaxis: { autorange: "reversed", type: "category" } }),
    table: () => [[t("district"), DISTRICTS.map(district), true], ...[0, 1].map((side) => [ofSide(side, t("wait_min")), DISTRICTS.map((index) => short(wholeDay(side, index)))]), [t("p_wait_difference"), DISTRICTS.map((index) => signed(districtDifference(index, -1), 1))]],
  },
  {
    key: "p_cdf", has: () => RUNS.every((run) => run.waits?.count.length > 0),
    traces: () => RUNS.flatMap((run, side) => [
      { type: "scatter", mode: "lines", line: { ...LINES[side](), shape: "hv" }, x: cumulative(run.waits).map((point) => point[0]), y: cumulative(run.waits).map((point) => point[1] * 100), name: SIDES[side].letter, hovertemplate: `${SIDES[side].letter}: ≤ %{x:.1f} ${t("min")}<br>%{y:.1f} %<extra></extra>` },
      { type: "scatter", mode: "markers+text", textposition: side ? "top center" : "bottom center", ...waited(side), showlegend: false, cliponaxis: false, marker: marker(side, 9), hovertemplate: `${SIDES[side].letter}, %{text}: %{x:.1f} ${t("min")}<extra></extra>` },
    ]),
    layout: () => ({ xaxis: { title: t("wait_min"), range: [-0.5, Math.max(5, ...[0, 1].map((side) => minutes(quantilesOf(side)[3][2] ?? 0) * 1.25))] }, yaxis: { title: t("visits_percent"), range: [least(), 100.5] } }),
    table: () => [[t("quantiles"), QUANTILES.map(([name]) => name), true], ...[0, 1].map((side) => [ofSide(side, t("wait_min")), quantilesOf(side).map(([, , wait]) => short(minutes(wait)))])],
  },
  {
    key: "p_hours", has: () => HAS_STATIONS && RUNS.some((run) => known(waitByHour(run)).length > 0),
    traces: () => hourLines(waitByHour, 1, t("min")),
    layout: () => ({ xaxis: { title: t("hour"), ...hourTicks() }, yaxis: { title: t("wait_min"), rangemode: "tozero" } }),
    table: () => hourTable(waitByHour, t("wait_min")),
  },
  {
    key: "p_queues", has: () => HAS_STATIONS && RUNS.some((run) => known(waitByHour(run)).length > 0),
    traces: () => hourLines(queueByHour, 1, t("cars")),
    layout: () => ({ xaxis: { title: t("hour"), ...hourTicks() }, yaxis: { title: t("queue_cars"), rangemode: "tozero" } }),
    table: () => hourTable(queueByHour, t("queue_cars")),
  },
  {
    key: "p_heat", wide: true, tall: true, has: () => RUNS.every((run) => run.district_day) && DISTRICTS.some((index) => known(hourDifferences(index)).length > 0),
    traces: () => {
      const cells = DISTRICTS.map(hourDifferences), limit = Math.max(reach(cells.flat()), 0.1);
      return [{ type: "heatmap", colorscale: COLOURSCALE(), zmid: 0, zmin: -limit, zmax: limit, x: HOURS.map(clock), y: DISTRICTS.map((index) => plain(shortDistrict(index))), z: cells, hoverongaps: false, xgap: NARROW.matches ? 0 : 1, ygap: 1, colorbar: colorbar(`B − A, ${t("min")}`), hovertemplate: `%{y}, %{x}<br>%{z:+.1f} ${t("min")}<extra></extra>` }];
    },
    layout: () => ({ xaxis: { title: t("hour"), ...hourTicks() }, yaxis: { autorange: "reversed" } }),
    table: () => [[t("hour"), HOURS.map(clock), true], ...DISTRICTS.map((index) => [district(index), hourDifferences(index).map((value) => signed(value, 1))])],
  },
];
