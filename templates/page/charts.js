// Each chart: a key of words (title, `_help`), whether there is anything to show, traces, layout, and its table.
const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const weekHours = () => [...Array(168).keys()].map((hour) => `${t(DAYS[Math.floor(hour / 24)])} ${clock(hour % 24)}`);
const weekAxis = () => ({ tickvals: DAYS.map((_, day) => day * 24), ticktext: DAYS.map((day) => t(day)), range: [0, 167] });
// Sums over the days of the week that were measured, or means, for each hour of the day.
const byHour = (name, fold) => HOURS.map((hour) => fold(D.hours[name].filter((value, index) => index % 24 === hour && value !== null)));
const waitBins = () => {
  const edges = [0, 1, 2, 3, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, Infinity];
  const counts = edges.map(() => 0);
  D.waits.high.forEach((high, index) => {
    // A bucket is narrower than a bin: its upper bound decides.
    counts[high === 0 ? 0 : edges.findIndex((edge) => high / 60 <= edge)] += D.waits.count[index];
  });
  const total = sum(counts);
  const label = (edge, index) => (index === 0 ? t("none") : edge === Infinity ? `> ${edges[index - 1]}` : `${edges[index - 1]}–${edge}`);
  return edges.map((edge, index) => [label(edge, index), total ? counts[index] / total : 0]);
};
const FUELS = ["electric", "petrol", "lpg"];
const perDay = (kind) => FUELS.map((fuel) => {
  const [hour, hours] = [metric(`drivers.${kind}_kzt_per_hour.${fuel}`), metric(`drivers.hours_per_day.${fuel}`)];
  return hour === null || hours === null ? null : hour * hours;
});
// What batteries could take: only where every district is limited can it be held against the city's power.
const spare = () => {
  const given = D.districts.map((place) => D.grid?.spare_kw?.[place.key]);
  return given.length && given.every((kw) => kw !== undefined) ? sum(given) * (D.grid.scale ?? 1) * D.efficiency : null;
};
const perKwh = () => {
  const sold = metric("charging.energy_kwh");
  if (!sold || metric("operators.revenue_kzt") === null) return [];
  const per = (name) => (metric(`operators.${name}_kzt`) ?? 0) / sold;
  const parts = [["revenue", per("revenue")], ["vat", -per("vat")], ["energy_cost", -per("energy_cost")], ["acquiring", -per("acquiring")], ["demand_charge", -per("demand_charge")], ["opex", -per("opex")]];
  return parts.filter(([key, value]) => key === "revenue" || value !== 0);
};
// Under a bar there is room for one bound upon the other, under a narrow one if they stand upright.
const binTicks = () => (NARROW.matches ? { tickangle: -90 } : { tickangle: 0, tickvals: waitBins().slice(1).map((bin) => bin[0]), ticktext: waitBins().slice(1).map((bin) => bin[0].replace(/([–>]) ?/, "$1<br>")) });
const bar = (x, y, name, more = {}) => ({ type: "bar", x, y, name, ...more });

const CHARTS = [
  {
    key: "waits", has: () => D.waits.count.length > 0,
    traces: () => [bar(waitBins().slice(1).map((bin) => bin[0]), waitBins().slice(1).map((bin) => bin[1] * 100), t("visits_percent"), { text: waitBins().slice(1).map((bin) => bin[0]), textposition: "none", hovertemplate: "%{text} " + t("min") + "<br>%{y:.1f} %<extra></extra>" })],
    layout: () => ({ xaxis: { title: t("wait_min"), type: "category", ...binTicks() }, yaxis: { title: t("visits_percent"), rangemode: "tozero" }, margin: { l: 52, r: 16, t: 30, b: 44 }, showlegend: false, annotations: [{ text: t("no_wait", { share: short(waitBins()[0][1] * 100) }), xref: "paper", yref: "paper", x: 1, y: 1.02, xanchor: "right", yanchor: "bottom", showarrow: false, font: { size: 14 } }] }),
    table: () => [[t("wait_min"), waitBins().map((bin) => bin[0]), true], [t("visits_percent"), waitBins().map((bin) => short(bin[1] * 100))]],
  },
  {
    key: "cdf", has: () => D.waits.count.length > 0,
    traces: () => [
      { type: "scatter", mode: "lines", line: { shape: "hv", width: 2.5 }, x: cumulative(D.waits).map((point) => point[0]), y: cumulative(D.waits).map((point) => point[1] * 100), name: t("cdf_line"), hovertemplate: "≤ %{x:.1f} " + t("min") + "<br>%{y:.1f} %<extra></extra>" },
      { type: "scatter", mode: "markers+text", marker: { size: 9, color: COLOURS[5] }, textposition: "bottom right", cliponaxis: false, name: t("quantiles"),
        x: QUANTILES.map(([name]) => minutes(metric(`charging.wait_s.${name}`))), y: QUANTILES.map(([, share]) => share), text: QUANTILES.map(([name]) => name), hovertemplate: "%{text}: %{x:.1f} " + t("min") + "<extra></extra>" },
    ],
    layout: () => ({ xaxis: { title: t("wait_min"), range: [-0.5, Math.max(5, minutes(metric("charging.wait_s.p99") ?? 0) * 1.5)] }, yaxis: { title: t("visits_percent"), range: [Math.min(45, cumulative(D.waits)[0][1] * 100 - 5), 101] }, showlegend: false }),
    table: () => [[t("quantiles"), QUANTILES.map(([name]) => name), true], [t("wait_min"), QUANTILES.map(([name]) => short(minutes(metric(`charging.wait_s.${name}`))))]],
  },
  {
    key: "heat", wide: true, tall: true, has: () => D.district_day.wait.some((wait) => wait !== null),
    traces: () => [{ type: "heatmap", colorscale: "Cividis", x: HOURS.map(clock), y: D.districts.map((_, index) => shortDistrict(index)), z: D.districts.map((_, index) => D.district_day.wait.slice(index * 24, index * 24 + 24).map(minutes)), hoverongaps: false, xgap: NARROW.matches ? 0 : 1, ygap: 1, colorbar: colorbar(t("min")), hovertemplate: "%{y}, %{x}<br>%{z:.1f} " + t("min") + "<extra></extra>" }],
    layout: () => ({ xaxis: { title: t("hour"), ...hourTicks() }, yaxis: { autorange: "reversed" } }),
    table: () => [[t("hour"), HOURS.map(clock), true], ...D.districts.map((_, index) => [district(index), D.district_day.wait.slice(index * 24, index * 24 + 24).map((wait) => short(minutes(wait)))])],
  },
  {
    key: "use", wide: true, has: () => D.hours.busy.some((busy) => busy !== null),
    traces: () => [
      { type: "scatter", mode: "lines", x: D.hours.busy.map((_, hour) => hour), y: D.hours.busy.map((busy) => busy === null ? null : busy * 100), name: t("busy_percent"), line: { width: 2 }, text: weekHours(), hovertemplate: "%{text}<br>%{y:.1f} %<extra></extra>" },
      { type: "scatter", mode: "lines", x: D.hours.queue.map((_, hour) => hour), y: D.hours.queue, name: t("queue_cars"), yaxis: "y2", line: { width: 2, dash: "dot", color: COLOURS[5] }, text: weekHours(), hovertemplate: "%{text}<br>%{y:.1f}<extra></extra>" },
    ],
    layout: () => ({ xaxis: weekAxis(), yaxis: { title: t("busy_percent"), rangemode: "tozero" }, yaxis2: { title: t("queue_cars"), overlaying: "y", side: "right", rangemode: "tozero", showgrid: false }, margin: { l: 52, r: 52, t: 12, b: 40 } }),
    table: () => [[t("hour"), weekHours(), true], [t("busy_percent"), D.hours.busy.map((busy) => percent(busy))], [t("queue_cars"), D.hours.queue.map(short)]],
  },
  {
    key: "time", has: () => metric("taxis.charging_hours_per_day") !== null,
    parts: () => ["to_plug", "queue", "plugged_in"].map((part) => [t(part), (metric(`taxis.${part}_hours_per_day`) ?? 0) * 60]),
    traces() { return this.parts().map(([name, value]) => bar([value], [""], name, { orientation: "h", hovertemplate: name + ": %{x:.1f} " + t("min") + "<extra></extra>", texttemplate: "%{x:.0f}", textposition: "inside" })); },
    layout: () => ({ barmode: "stack", xaxis: { title: t("min_per_taxi_day") }, yaxis: {}, margin: { l: 16, r: 16, t: 12, b: 44 } }),
    table() { return [[t("activity"), this.parts().map((part) => part[0]), true], [t("min_per_taxi_day"), this.parts().map((part) => short(part[1]))]]; },
  },
  {
    key: "power", has: () => D.hours.peak.some((peak) => peak !== null),
    traces: () => [
      bar(HOURS.map(clock), byHour("drawn", meanOf), t("drawn_kw"), { hovertemplate: "%{x}<br>%{y:,.0f} " + t("kw") + "<extra></extra>" }),
      { type: "scatter", mode: "lines+markers", x: HOURS.map(clock), y: byHour("peak", most), name: t("peak_kw"), hovertemplate: "%{x}<br>%{y:,.0f} " + t("kw") + "<extra></extra>" },
      ...(spare() === null ? [] : [{ type: "scatter", mode: "lines", x: HOURS.map(clock), y: HOURS.map(spare), name: t("spare_kw"), line: { dash: "dash", color: COLOURS[5] }, hovertemplate: "%{y:,.0f} " + t("kw") + "<extra></extra>" }]),
    ],
    layout: () => ({ xaxis: { title: t("hour"), ...hourTicks() }, yaxis: { title: t("kw"), rangemode: "tozero" } }),
    table: () => [[t("hour"), HOURS.map(clock), true], [t("energy_kwh"), byHour("energy", sum).map((value) => number(value))], [t("drawn_kw"), byHour("drawn", meanOf).map((value) => number(value))], [t("peak_kw"), byHour("peak", most).map((value) => number(value))], ...(spare() === null ? [] : [[t("spare_kw"), HOURS.map(() => number(spare()))]])],
  },
  {
    key: "drivers", has: () => perDay("net").some((net) => net !== null),
    costs: () => perDay("gross").map((gross, index) => (gross === null ? null : gross - perDay("net")[index])),
    traces() { return [bar(FUELS.map((fuel) => t(fuel)), perDay("net"), t("net_day"), { hovertemplate: "%{x}<br>%{y:,.0f} ₸<extra></extra>" }), bar(FUELS.map((fuel) => t(fuel)), this.costs(), t("costs_day"), { marker: { color: COLOURS[1], pattern: { shape: "/" } }, hovertemplate: "%{x}<br>%{y:,.0f} ₸<extra></extra>" })]; },
    layout: () => ({ barmode: "relative", yaxis: { title: t("kzt_day") } }),
    table() { return [[t("fuel"), FUELS.map((fuel) => t(fuel)), true], [t("gross_day"), perDay("gross").map((value) => number(value))], [t("costs_day"), this.costs().map((value) => number(value))], [t("net_day"), perDay("net").map((value) => number(value))]]; },
  },
  {
    key: "margin", has: () => perKwh().length > 0,
    traces: () => [{ type: "waterfall", x: [...perKwh().map(([key]) => t(key)), t("left_over")], y: [...perKwh().map((part) => part[1]), 0], measure: [...perKwh().map((_, index) => (index ? "relative" : "absolute")), "total"], increasing: { marker: { color: COLOURS[0] } }, decreasing: { marker: { color: COLOURS[1] } }, totals: { marker: { color: COLOURS[2] } }, connector: { line: { color: css("--muted"), width: 1 } }, texttemplate: "%{delta:.1f}", hovertemplate: "%{x}: %{delta:.1f} ₸<extra></extra>" }],
    layout: () => ({ yaxis: { title: t("kzt_kwh") }, showlegend: false }),
    table: () => [[t("part"), [...perKwh().map(([key]) => t(key)), t("left_over")], true], [t("kzt_kwh"), [...perKwh().map((part) => short(part[1])), short(sum(perKwh().map((part) => part[1])))]]],
  },
  {
    key: "rides", wide: true, has: () => metric("rides.requested") !== null,
    traces: () => [bar(HOURS.map(clock), byHour("served", sum), t("served"), { hovertemplate: "%{x}<br>%{y:,.0f}<extra></extra>" }), bar(HOURS.map(clock), byHour("lost", sum), t("lost"), { marker: { color: COLOURS[5], pattern: { shape: "x" } }, hovertemplate: "%{x}<br>%{y:,.0f}<extra></extra>" })],
    layout: () => ({ barmode: "stack", xaxis: { title: t("hour"), ...hourTicks() }, yaxis: { title: t("rides_all") } }),
    table: () => [[t("hour"), HOURS.map(clock), true], [t("served"), byHour("served", sum).map((value) => number(value))], [t("lost"), byHour("lost", sum).map((value) => number(value))]],
  },
];
