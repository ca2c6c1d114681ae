"use strict";
// What all parts share: the data, the words, numbers in the reader's format, and the colours of the theme.
const D = JSON.parse(document.getElementById("content").textContent);
const WORDS = JSON.parse(document.getElementById("words").textContent);
const LOCALES = { en: "en-GB", ru: "ru-RU", kk: "kk-KZ" };
const HOURS = [...Array(24).keys()];
// Okabe and Ito's colours, which colour-blind readers can tell apart.
const COLOURS = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00"];
const state = { language: "en", dark: false, hour: -1, measure: "wait", sort: { key: "wait", down: true } };

const $ = (id) => document.getElementById(id);
const make = (tag, text, attributes = {}) => {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
};
const t = (key, values = {}) =>
  (WORDS[state.language][key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
const number = (value, digits = 0) =>
  value === null || value === undefined || Number.isNaN(value)
    ? "–"
    : new Intl.NumberFormat(LOCALES[state.language], { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
// With a decimal only where there is one.
const span = (value) => new Intl.NumberFormat(LOCALES[state.language], { maximumFractionDigits: 1 }).format(value);
// About three digits.
const short = (value) =>
  value === null || value === undefined ? "–" : number(value, Math.abs(value) < 1 ? 2 : Math.abs(value) < 100 ? 1 : 0);
const percent = (value) => (value === null || value === undefined ? "–" : `${short(value * 100)} %`);
const minutes = (seconds) => (seconds === null || seconds === undefined ? null : seconds / 60);
const clock = (hour) => `${String(hour).padStart(2, "0")}:00`;
// Plotly reads tags in labels; a name from a file is text.
const plain = (text) => String(text).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
const metric = (name) => (D.city[name] ? D.city[name][0] : null);
const scaled = (name, scale, digits) => {
  const value = D.city[name];
  if (!value) return "–";
  const mean = number(value[0] * scale, digits);
  return value[1] === null ? mean : `${mean} ± ${number(((value[2] - value[1]) / 2) * scale, digits)}`;
};
const sum = (values) => values.reduce((all, value) => all + (value ?? 0), 0);
const meanOf = (values) => (values.length ? sum(values) / values.length : null);
const most = (values) => values.reduce((all, value) => Math.max(all, value ?? 0), 0);
const district = (index) => D.districts[index][state.language];
const districtOf = (key) => {
  const found = D.districts.find((place) => place.key === key);
  return found ? found[state.language] : key;
};
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// The layout that all charts share; a chart adds its own.
const layout = (own = {}) => {
  const [ink, line, muted] = ["--ink", "--line", "--muted"].map(css);
  const axis = (given = {}) => ({ gridcolor: line, linecolor: muted, zerolinecolor: line, tickcolor: muted, automargin: true, ...given, title: { text: given.title ?? "", font: { size: 13 }, standoff: 8 } });
  const parts = new Intl.NumberFormat(LOCALES[state.language]).formatToParts(1234567.8);
  const part = (type) => parts.find((one) => one.type === type)?.value ?? "";
  const all = {
    paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", font: { color: ink, family: "system-ui, sans-serif", size: 13 },
    margin: { l: 52, r: 16, t: 12, b: 44 }, separators: part("decimal") + (part("group") || " "), colorway: COLOURS,
    legend: { orientation: "h", y: 1.02, yanchor: "bottom", x: 0 }, hoverlabel: { namelength: -1 }, hovermode: "closest", modebar: { bgcolor: "rgba(0,0,0,0)", color: muted, activecolor: ink, orientation: "v" }, ...own,
  };
  for (const key of Object.keys(all).filter((key) => /^[xy]axis\d*$/.test(key))) all[key] = axis(all[key]);
  all.xaxis ??= axis(); all.yaxis ??= axis();
  return all;
};
const CONFIG = { responsive: true, displaylogo: false, displayModeBar: false, scrollZoom: false };
// Draws a chart, or draws it anew: one at a time, and of those that were asked for meanwhile only the last.
const queues = {};
const put = async (id, drawing) => {
  const queue = (queues[id] ??= {});
  queue.next = drawing;
  if (queue.busy) return;
  queue.busy = true;
  while (queue.next) {
    const now = queue.next;
    queue.next = null;
    await Plotly.react(id, ...now());
  }
  queue.busy = false;
};
// A table of columns, each [header, cells, whether they are words].
const table = (columns) => {
  const whole = make("table");
  const head = whole.createTHead().insertRow();
  for (const [name, , words] of columns) head.append(make("th", name, { scope: "col", ...(words ? { class: "text" } : {}) }));
  const body = whole.createTBody();
  columns[0][1].forEach((_, row) => {
    const line = body.insertRow();
    for (const [, cells, words] of columns) line.append(make("td", cells[row], words ? { class: "text" } : {}));
  });
  return whole;
};
// The same numbers for those who do not see the picture; made when it is opened.
const details = (columns) => {
  const fold = make("details");
  fold.append(make("summary", t("as_table")));
  fold.addEventListener("toggle", () => {
    if (!fold.open || fold.childElementCount > 1) return;
    const scroll = make("div", undefined, { class: "scroll", tabindex: "0", role: "region", "aria-label": t("as_table") });
    scroll.append(table(columns()));
    fold.append(scroll);
  });
  return fold;
};
