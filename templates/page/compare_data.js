// The two sides of a comparison, its metrics in the reader's units, and what is said of a difference.
const C = D.comparison;
const SIDES = [{ letter: "A", told: C.a, run: D.sides[0] }, { letter: "B", told: C.b, run: D.sides[1] }];
const half = (one) => (one.ci95 ? (one.ci95[1] - one.ci95[0]) / 2 : null);
// In the order of reading, each with a sign beside its colour.
const VERDICTS = {
  better: { sign: "✔", symbol: "circle", colour: () => COLOURS[0] },
  worse: { sign: "✖", symbol: "x", colour: () => COLOURS[5] },
  changed: { sign: "◆", symbol: "diamond", colour: () => COLOURS[3] },
  undecided: { sign: "?", symbol: "circle-open", colour: () => css("--muted") },
  untested: { sign: "–", symbol: "square-open", colour: () => css("--muted") },
  same: { sign: "=", symbol: "line-ns-open", colour: () => css("--muted") },
};
const RANKS = Object.keys(VERDICTS);
const METRICS = Object.entries(C.metrics).map(([name, one]) => ({ ...one, name, millions: Math.max(Math.abs(one.a), Math.abs(one.b)) >= 1e6 }));
const BY_NAME = Object.fromEntries(METRICS.map((one) => [one.name, one]));
const withVerdict = (verdict) => METRICS.filter((one) => one.verdict === verdict);

const signed = (value, digits) => {
  if (value === null) return "–";
  const written = number(Math.abs(value), digits);
  return /[1-9]/.test(written) ? `${value < 0 ? "−" : "+"}${written}` : written;
};
// Both means and their difference are written with the digits that its interval lets stand.
const digitsOf = (one) => decimals(Math.max(Math.abs(one.a), Math.abs(one.b)) * scaleOf(one), (half(one) || Math.abs(one.difference)) * scaleOf(one));
const sideOf = (one, side) => number(one[side] * scaleOf(one), digitsOf(one));
const halfOf = (one) => (half(one) === null ? null : number(half(one) * scaleOf(one), digitsOf(one)));
const differenceOf = (one) => signed(one.difference * scaleOf(one), digitsOf(one));
const withHalf = (text, one) => (half(one) === null ? text : `${text} ±\u00a0${halfOf(one)}`);
// A difference of shares is one of percentage points.
const unitOfDifference = (one) => (one.unit === "share" ? t("p_points") : unitOf(one));
const joined = (...parts) => parts.filter((part) => part).join(" ");
const relativeOf = (one) => (one.relative === undefined ? "–" : `${signed(one.relative * 100, Math.abs(one.relative) < 0.0995 ? 1 : 0)} %`);
// What answers the question of a scenario is marked: answers are judged together, apart from the other metrics.
const named = (one) => `${called(one.name)}${one.answer ? " *" : ""}`;
const verdictOf = (one) => t(`p_${one.verdict}`);
const marked = (verdict, text) => {
  const mark = make("span", `${VERDICTS[verdict].sign} ${text}`, { class: "verdict" });
  mark.style.borderColor = VERDICTS[verdict].colour();
  return mark;
};
const ofSide = (side, title) => `${SIDES[side].letter}: ${title}`;
// What A's lines look like, and B's.
const LINES = [() => ({ color: css("--muted"), width: 2, dash: "dot" }), () => ({ color: COLOURS[0], width: 2.5 })];
