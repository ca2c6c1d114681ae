// The points of a sweep: what their axes are set to, and the chosen metric there, in the reader's units.
const COUNT = D.runs.length;
const POINTS = [...Array(COUNT).keys()];
// Money is told in millions where there are any.
for (const one of D.metrics) one.millions = one.mean.some((value) => Math.abs(value) >= 1e6);
const BY_NAME = Object.fromEntries(D.metrics.map((one) => [one.name, one]));
// A design is a word, or an object with one.
const DESIGN = typeof D.design === "string" ? D.design : Object.keys(D.design)[0];
Object.assign(state, { metric: BY_NAME["charging.wait_s.mean"] ? "charging.wait_s.mean" : D.metrics[0]?.name, across: 0, up: 1, sort: { key: "point", down: false } });

const chosen = () => BY_NAME[state.metric];
const scaledAt = (values, point, one) => (values[point] === null ? null : values[point] * scaleOf(one));
const valueAt = (one, point) => scaledAt(one.mean, point, one);
const lowAt = (one, point) => scaledAt(one.low, point, one);
const highAt = (one, point) => scaledAt(one.high, point, one);
// The longer side of an interval that lies unevenly around its value.
const halfAt = (one, point) => (one.low[point] === null ? null : Math.max(valueAt(one, point) - lowAt(one, point), highAt(one, point) - valueAt(one, point)));
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
