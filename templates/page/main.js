// What is said of a run in words, and what is drawn again when language or theme change.
const days = () => { const horizon = D.time?.horizon ?? {}; return horizon.days ? t("days", { count: span(horizon.days) }) : t("hours_span", { count: span(horizon.hours ?? (horizon.minutes ?? 0) / 60) }); };
const answers = () => {
  const has = (name) => D.city[name] !== undefined;
  const said = [];
  if (has("charging.wait_over_10min")) said.push(t("a_wait", { over: scaled("charging.wait_over_10min", 100, 1), mean: scaled("charging.wait_s.mean", 1 / 60, 1), p95: short(minutes(metric("charging.wait_s.p95"))) }));
  const visits = metric("charging.visits"), left = sum(["refused", "balked", "reneged", "failed"].map((end) => metric(`charging.${end}`)));
  if (visits) said.push(t("a_left", { share: short((left / visits) * 100) }));
  if (has("charging.busy")) said.push(t("a_busy", { share: scaled("charging.busy", 100, 1) }));
  if (has("rides.lost_share")) said.push(t("a_lost", { share: scaled("rides.lost_share", 100, 1), served: number(metric("rides.served")) }));
  if (has("drivers.net_kzt_per_hour.electric")) said.push(t("a_driver", Object.fromEntries(FUELS.map((fuel) => [fuel, scaled(`drivers.net_kzt_per_hour.${fuel}`, 1, 0)]))));
  if (has("operators.margin_kzt_per_kwh")) said.push(t("a_operator", { margin: short(metric("operators.margin_kzt_per_kwh")), even: number(metric("operators.break_even_kwh_per_day")), sold: number(metric("operators.sold_kwh_per_day")), cap: D.tariff?.cap_kzt_per_kwh ?? "–" }));
  return said.length ? said : [t("a_nothing")];
};
const cards = () => [["charging.wait_s.mean", 1 / 60, 1, "k_wait", "min"], ["charging.wait_s.p95", 1 / 60, 1, "k_p95", "min"], ["charging.busy", 100, 1, "k_busy", "%"], ["charging.queue.mean", 1, 1, "k_queue", ""], ["charging.peak_kw", 1, 0, "k_peak", "kw"], ["rides.lost_share", 100, 1, "k_lost", "%"]]
  .filter(([name]) => D.city[name]).map(([name, scale, digits, label, unit]) => {
    const card = make("div");
    card.append(make("b", `${number(metric(name) * scale, digits)} ${unit === "%" ? unit : t(unit)}`), make("span", t(label)));
    return card;
  });
const drawWords = () => {
  $("question").textContent = D.question ?? "";
  $("setting").textContent = t("setting", { runs: number(D.replications), span: days(), seed: String(D.seed), taxis: number(D.taxis[0]), electric: number(D.taxis[1]), stations: number(D.stations.name.length), plugs: number(sum(D.stations.plugs)) }) + (D.replications > 1 ? ` ${t("interval")}` : "") + (D.sets.length ? ` · ${t("with_sets", { sets: D.sets.join(", ") })}` : "");
  $("answers").replaceChildren(...answers().map((sentence) => make("li", sentence)));
  $("cards").replaceChildren(...cards());
  drawDoubts();
  tellNotes("notes", D.notes);
  $("command").textContent = `zaryad run scenario.toml --seed ${D.seed} --replications ${D.replications} --out results --report report.html`;
  $("toml").textContent = D.toml;
  const rows = [[t("version"), `${D.version}${D.commit ? ` (${D.commit})` : ""}`], [t("seed"), String(D.seed)], [t("replications"), number(D.replications)], [t("fingerprint"), D.fingerprint], ...D.data];
  pairs("manifest", rows);
  tellPlay();
};
const draw = () => { drawFrame(); drawWords(); drawMap(); drawCharts(); drawStations(); };
hearMap();
$("search").addEventListener("input", drawStations);
begin();
