// What is said of a comparison in words, and what is drawn again when language or theme change.
const drawSides = () => $("question").replaceChildren(...SIDES.map(({ letter, told, run }) => {
  const side = make("span", undefined, { class: "side" });
  side.append(make("b", letter), make("span", `${told.scenario} · ${t("p_side", { runs: number(told.replications), seed: String(told.seed) })} · ${told.label}`));
  if (run.question) side.append(make("i", run.question));
  return side;
}));
const pairing = () => {
  const left = SIDES.filter(({ told }) => told.left_out > 0).map(({ letter, told }) => t("p_left_out", { side: letter, count: number(told.left_out) }));
  const single = Math.min(C.a.replications, C.b.replications) < 2 ? [t("p_single")] : [t("p_interval")];
  return [t(C.pairing === "by_seed" ? "p_paired" : "p_unpaired"), ...left, ...single].join(" ");
};
// What became of a metric that people ask about first.
const sentence = (one) => {
  const [a, b] = ["a", "b"].map((side) => joined(sideOf(one, side), unitOf(one)));
  const by = joined(withHalf(number(Math.abs(one.difference * scaleOf(one)), digitsOf(one)), one), unitOfDifference(one));
  const sure = ["better", "worse", "changed"].includes(one.verdict);
  const key = one.verdict === "same" ? "p_says_same" : !sure ? `p_says_${one.verdict}` : one.difference < 0 ? "p_falls" : "p_rises";
  return t(key, { what: t(`p_s_${one.name}`), by, a, b, count: number(METRICS.length), difference: joined(withHalf(differenceOf(one), one), unitOfDifference(one)), verdict: verdictOf(one) });
};
const asked = () => D.asked.map((name) => BY_NAME[name]).filter((one) => one);
const counts = () => {
  const line = make("li", `${t("p_counts", { all: number(METRICS.length) })} `, { class: "verdicts" });
  for (const verdict of RANKS.filter((verdict) => withVerdict(verdict).length)) {
    line.append(marked(verdict, `${number(withVerdict(verdict).length)} ${t(`p_${verdict}`)}`), " ");
  }
  return line;
};
const cardOf = (one) => {
  const card = make("div");
  const difference = make("b", `${differenceOf(one)} `);
  difference.append(make("small", one.unit === "share" ? t("p_pp") : unitOf(one)));
  card.append(difference, make("span", named(one)), marked(one.verdict, half(one) === null ? verdictOf(one) : `${verdictOf(one)} · ±\u00a0${halfOf(one)}`));
  return card;
};
const cautions = () => [...D.cautions.map((key) => t(key, Object.fromEntries(SIDES.map(({ letter, run }) => [letter.toLowerCase(), joined(run.version, run.commit ? `(${run.commit})` : "")])))), ...(C.pairing === "none" ? [t("p_seeds")] : [])];

const commandOf = ({ letter, told, run }) => (run.sweep
  ? ["zaryad sweep", quoted(run.sweep.file), ...run.sweep.sets.map((set) => `--set ${quoted(set)}`), "--out", quoted(told.label.replace(/:\d+$/, ""))].join(" ")
  : `zaryad run ${letter.toLowerCase()}.toml --seed ${told.seed} --replications ${told.replications} --out ${quoted(told.label)}`);
const textOf = ({ run }) => (run.sweep ? Object.entries(run.sweep.texts).map(([name, text]) => `# ${name}\n\n${text}`).join("\n\n") : run.toml);
const drawAgain = () => {
  $("command").textContent = [...new Set(SIDES.map(commandOf)), `zaryad report ${SIDES.map(({ told }) => quoted(told.label)).join(" ")} -o report.html`].join("\n");
  SIDES.forEach((side) => { $(`text-${side.letter.toLowerCase()}`).textContent = textOf(side); });
  const tables = [...new Set(RUNS.flatMap((run) => run.data.map(([name]) => name)))];
  const rows = [["", ({ letter }) => letter], [t("version"), ({ run }) => joined(run.version, run.commit ? `(${run.commit})` : "")], [t("seed"), ({ told }) => String(told.seed)], [t("replications"), ({ told }) => number(told.replications)], [t("fingerprint"), ({ run }) => run.fingerprint ?? "–"], ...tables.map((name) => [name, ({ run }) => run.data.find(([one]) => one === name)?.[1] ?? "–"])];
  pairs("manifest", rows.map(([name, of]) => [name, ...SIDES.map(of)]));
};
const drawWords = () => {
  drawSides();
  $("setting").textContent = pairing();
  const same = METRICS.length > 0 && withVerdict("same").length === METRICS.length;
  $("answers").replaceChildren(...(same ? [make("li", t("p_all_same"))] : METRICS.length ? [...asked().map((one) => make("li", sentence(one))), counts()] : [make("li", t("p_no_metric"))]));
  $("cards").replaceChildren(...(same ? [] : asked().map(cardOf)));
  $("s-cautions").hidden = !cautions().length;
  $("cautions").replaceChildren(...cautions().map((caution) => make("li", caution)));
  drawDoubts();
  for (const { letter, run } of SIDES) {
    const id = `notes-${letter.toLowerCase()}`;
    if (run.notes) tellNotes(id, run.notes);
    else $(id).replaceChildren(make("li", t("p_no_notes")));
  }
  drawAgain();
  tellPlay();
};
const draw = () => { drawFrame(); drawWords(); drawChanges(); drawMap(); drawCharts(); drawMetrics(); drawStations(); };
hearMap();
$("metric-search").addEventListener("input", drawMetrics);
$("search").addEventListener("input", drawStations);
begin();
