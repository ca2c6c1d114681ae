// What the pages of one run and of two share: measures of stations, the day that plays, waits, doubts.
const MEASURES = {
  wait: { of: (run, index, hour) => minutes(hour < 0 ? run.stations.wait[index] : run.day.wait[index * 24 + hour]), unit: "min" },
  queue: { of: (run, index, hour) => (hour < 0 ? run.stations.queue[index] : run.day.queue[index * 24 + hour]), unit: "cars" },
  plugs_used: { of: (run, index, hour) => { const share = hour < 0 ? run.stations.busy[index] : run.day.busy[index * 24 + hour]; return share === null ? null : share * run.stations.plugs[index]; }, unit: "plugs_unit" },
};
const districtWait = (run, index, hour = state.hour) => minutes(hour < 0 ? run.district.wait[index] : run.district_day.wait[index * 24 + hour]);
// What is chosen for the map: a measure, and an hour of the day or the whole day. A page has a `drawMap` of its own.
const hourName = () => (state.hour < 0 ? t("whole_day") : `${clock(state.hour)}–${clock((state.hour + 1) % 24)}`);
const tellHour = () => {
  $("measure").replaceChildren(...Object.keys(MEASURES).map((key) => make("option", t(key), { value: key, ...(key === state.measure ? { selected: "" } : {}) })));
  $("hour").value = state.hour;
  $("hour").setAttribute("aria-valuetext", hourName());
  $("hour-name").textContent = hourName();
};
const showHour = (hour) => {
  state.hour = hour;
  drawMap();
};
let playing = null;
const tellPlay = () => { $("play").textContent = playing ? `❚❚ ${t("pause")}` : `▶ ${t("play")}`; $("play").setAttribute("aria-pressed", String(playing !== null)); };
const stop = () => { clearInterval(playing); playing = null; tellPlay(); };
const play = () => {
  if (playing) return stop();
  playing = setInterval(() => showHour((state.hour + 1) % 24), 900);
  tellPlay();
  showHour((state.hour + 1) % 24);
};
const hearMap = () => {
  $("measure").addEventListener("change", (event) => { state.measure = event.target.value; drawMap(); });
  $("hour").addEventListener("input", (event) => { stop(); showHour(Number(event.target.value)); });
  $("play").addEventListener("click", play);
};

// Every third hour is named, of a narrow picture every sixth.
const hourTicks = () => ({ dtick: NARROW.matches ? 6 : 3, tickangle: 0 });
const QUANTILES = [["p50", 50], ["p90", 90], ["p95", 95], ["p99", 99]];
// The share of visitors who plugged in that waited up to so many minutes.
const cumulative = (waits) => {
  const total = sum(waits.count);
  let seen = 0;
  return waits.high.map((high, index) => [high / 60, (seen += waits.count[index]) / total]);
};
const drawDoubts = () => {
  const synthetic = D.stations.synthetic.filter((one) => one === "1").length;
  $("synthetic").textContent = t("a_synthetic", { count: number(synthetic), all: number(D.stations.name.length) });
  $("synthetic").hidden = !D.stations.name.length;
  $("weakest").replaceChildren(...["taxis", "plugs", "home", "demand", "grid"].map((key) => make("li", t(`w_${key}`))));
};
// A note in the reader's words, which go by its kind and the first of its numbers; one of an unknown kind in its own.
const noteLine = ({ kind, text, metrics, numbers }) => {
  const key = `n_${kind}_${Object.keys(numbers).sort()[0]}`;
  const values = Object.entries(numbers).map(([name, value]) => [name, Number.isInteger(value) ? number(value) : short(value)]);
  const words = t(key, { metrics: metrics.map(called).join(", "), ...Object.fromEntries(values) });
  return words === key || words.includes("{") ? make("li", text, { lang: "en" }) : make("li", words);
};
const tellNotes = (id, notes) => $(id).replaceChildren(...(notes.length ? notes.map(noteLine) : [make("li", t("no_notes"))]));
