// The points of a sweep: what their axes are set to, and the chosen metric there, in the reader's units.
const COUNT = D.runs.length;
const POINTS = [...Array(COUNT).keys()];
const BY_NAME = Object.fromEntries(D.metrics.map((one) => [one.name, one]));
// A design is a word, or an object with one.
const DESIGN = typeof D.design === "string" ? D.design : Object.keys(D.design)[0];
Object.assign(state, { metric: BY_NAME["charging.wait_s.mean"] ? "charging.wait_s.mean" : D.metrics[0]?.name, across: 0, up: 1, sort: { key: "point", down: false } });

const chosen = () => BY_NAME[state.metric];
const scaleOf = (one) => (one.unit === "s" ? 1 / 60 : one.unit === "share" ? 100 : one.unit === "KZT" ? 1e-6 : 1);
const unitOf = (one) => ({ s: t("min"), share: "%", count: "", KZT: t("sw_million") })[one.unit] ?? one.unit.replace("KZT", "₸");
// The main metrics have names in the reader's language, the others those of the tables.
const called = (name) => WORDS[state.language][`m_${name}`] ?? name;
const titled = (one) => (unitOf(one) ? `${called(one.name)}, ${unitOf(one)}` : called(one.name));
const scaledAt = (values, point, one) => (values[point] === null ? null : values[point] * scaleOf(one));
const valueAt = (one, point) => scaledAt(one.mean, point, one);
const halfAt = (one, point) => scaledAt(one.half, point, one);
// As many decimals as the interval lets stand, or about three digits.
const decimals = (value, half) => Math.min(Math.max(half ? Math.ceil(-Math.log10(half)) + 1 : Math.abs(value) < 1 ? 2 : Math.abs(value) < 100 ? 1 : 0, 0), 4);
const within = (value, half) => (value === null ? "–" : half === null ? number(value, decimals(value, half)) : `${number(value, decimals(value, half))} ± ${number(half, decimals(value, half))}`);
const told = (one, point) => within(valueAt(one, point), halfAt(one, point));

const isNumber = (axis) => D.points[axis].every((value) => typeof value === "number");
const setTo = (axis, point) => {
  const value = D.points[axis][point];
  return typeof value === "number" ? new Intl.NumberFormat(LOCALES[state.language], { maximumSignificantDigits: 5 }).format(value) : String(value);
};
const where = (point) => D.axes.map((key, axis) => `${key} = ${setTo(axis, point)}`).join(", ");
// The different values of an axis: numbers in their order, texts in that of the points.
const LEVELS = D.axes.map((_, axis) => {
  const levels = [...new Set(D.points[axis])];
  return isNumber(axis) ? levels.sort((a, b) => a - b) : levels;
});
const levelName = (axis, level) => setTo(axis, D.points[axis].indexOf(level));
const inOrder = (axis, points) => {
  const rank = isNumber(axis) ? (point) => D.points[axis][point] : (point) => LEVELS[axis].indexOf(D.points[axis][point]);
  return points.slice().sort((a, b) => rank(a) - rank(b));
};
// At most so many of a list, evenly spread, its ends among them.
const spread = (list, most) => (list.length <= most ? list : [...Array(most).keys()].map((index) => list[Math.round((index * (list.length - 1)) / (most - 1))]));
const known = (one) => POINTS.filter((point) => one.mean[point] !== null);
// Points by their value, lowest first.
const byValue = (one) => known(one).sort((a, b) => one.mean[a] - one.mean[b]);
