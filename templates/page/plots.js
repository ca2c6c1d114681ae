// The charts of a page: drawn one after the other, those in sight first, so that the page answers meanwhile.
const CONFIG = { responsive: true, displaylogo: false, displayModeBar: false, scrollZoom: false };
// What each chart was last drawn from, by its id, and which of them are still to be drawn.
const drawings = new Map();
const waiting = new Set();
const put = (id, drawing) => {
  drawings.set(id, drawing);
  waiting.add(id);
  drawWaiting();
};
// The library stands behind the page's own script, so that words need not wait for it.
const loaded = new Promise((done) => addEventListener("DOMContentLoaded", done));
let busy = false;
const drawWaiting = async () => {
  if (busy) return;
  busy = true;
  await loaded;
  try {
    while (waiting.size) {
      await new Promise((done) => setTimeout(done));
      await drawPlot([...waiting].sort((one, other) => outOfSight(one) - outOfSight(other))[0]);
    }
  } finally {
    busy = false;
  }
};
// How many pixels a chart is away from what is in sight.
const outOfSight = (id) => {
  const box = $(id).getBoundingClientRect();
  return Math.max(box.top - innerHeight, -box.bottom, 0);
};
const drawPlot = async (id) => {
  const plot = $(id);
  if (!waiting.delete(id) || !plot.clientWidth) return;
  const [traces, given, config] = drawings.get(id)();
  await Plotly.react(plot, traces, { ...kept(plot, given), ...(printing ? sizeOf(plot) : { autosize: true }) }, config);
  steppable(plot);
};
const sizeOf = ({ clientWidth: width, clientHeight: height }) => (printing ? { width: PAPER.width, height: height * PAPER.lower } : { width, height });
// On paper all is dark on light and no wider than a sheet of A4; long tables are told by their first rows.
const PAPER = { width: 660, lower: 0.85 };
let printing = false;
const putOnPaper = (now) => {
  printing = now;
  dress(!now && state.dark);
  for (const id of drawings.keys()) waiting.add(id);
  for (const id of [...drawings.keys()].filter((id) => $(id).clientWidth)) {
    drawPlot(id);
    if (!printing) Plotly.Plots.resize(id);
  }
  for (const given of listings.values()) listing(given);
};
addEventListener("beforeprint", () => putOnPaper(true));
addEventListener("afterprint", () => putOnPaper(false));
