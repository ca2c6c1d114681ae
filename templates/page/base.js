"use strict";
// What all parts share: the data, the words, numbers in the reader's format, and the colours of the theme.
const D = JSON.parse(document.getElementById("content").textContent);
const WORDS = JSON.parse(document.getElementById("words").textContent);
// Kazakh numbers are written as Russian ones, and not every browser knows them by their own name.
const LOCALES = { en: "en-GB", ru: "ru-RU", kk: "ru-RU" };
const HOURS = [...Array(24).keys()];
// Okabe and Ito's colours, moved a little so that on their ground each stands out (3 : 1) and colour-blind readers tell them apart.
const PALETTES = { light: ["#17639c", "#b1921d", "#22907d", "#d769b6", "#3b99ef", "#a23b05"], dark: ["#41a3ec", "#f7c548", "#339786", "#d9a9bf", "#b9e6fa", "#ec5524"] };
let COLOURS = PALETTES.light;
const NARROW = matchMedia("(max-width: 560px)");
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
// A way to write numbers is dear to make and is kept.
const formats = {};
const format = (most, least = 0) => (formats[`${state.language} ${most} ${least}`] ??= new Intl.NumberFormat(LOCALES[state.language], { minimumFractionDigits: least, maximumFractionDigits: most }));
const number = (value, digits = 0) => (value === null || value === undefined || Number.isNaN(value) ? "–" : format(digits, digits).format(value).replace("-", "−"));
// With a decimal only where there is one.
const span = (value) => format(1).format(value);
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
// The main metrics have names in the reader's language, the others those of the tables.
const called = (name) => WORDS[state.language][`m_${name}`] ?? name;
const sum = (values) => values.reduce((all, value) => all + (value ?? 0), 0);
const meanOf = (values) => (values.length ? sum(values) / values.length : null);
const most = (values) => values.reduce((all, value) => Math.max(all, value ?? 0), 0);
const district = (index) => D.districts[index][state.language];
// In pictures a district goes by its name alone.
const shortDistrict = (index) => district(index).replace(/ (район|ауданы)$/, "");
const districtOf = (key) => {
  const found = D.districts.find((place) => place.key === key);
  return found ? found[state.language] : key;
};
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// The layout that all charts share; a chart adds its own.
const layout = (own = {}) => {
  const [ink, line, muted] = ["--ink", "--line", "--muted"].map(css);
  const axis = (given = {}) => ({ gridcolor: line, linecolor: muted, zerolinecolor: line, tickcolor: muted, automargin: true, exponentformat: "none", separatethousands: true, ...given, title: { text: given.title ?? "", font: { size: 13 }, standoff: 8 } });
  const parts = new Intl.NumberFormat(LOCALES[state.language]).formatToParts(1234567.8);
  const part = (type) => parts.find((one) => one.type === type)?.value ?? "";
  const all = {
    paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", font: { color: ink, family: "system-ui, sans-serif", size: 13 },
    margin: { l: 52, r: 16, t: 12, b: 44 }, separators: part("decimal") + (part("group") || " "), colorway: COLOURS,
    legend: { orientation: "h", y: 1.02, yanchor: "bottom", x: 0, traceorder: "normal" }, hoverlabel: { namelength: -1, font: { family: "system-ui, sans-serif" } }, hovermode: "closest", modebar: { bgcolor: "rgba(0,0,0,0)", color: muted, activecolor: ink, orientation: "v" }, ...own,
  };
  for (const key of Object.keys(all).filter((key) => /^[xy]axis\d*$/.test(key))) all[key] = axis(all[key]);
  all.xaxis ??= axis(); all.yaxis ??= axis();
  return all;
};
// What colours mean: beside a picture, or above a narrow one.
const colorbar = (title, more = {}) => ({ thickness: 12, ...(NARROW.matches ? { orientation: "h", y: 1, yanchor: "bottom", title: { text: title, side: "top" } } : { title: { text: title, side: "right" }, ...more }) });
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
// The same numbers for those who do not see the picture: made when they are opened, and what is open stays open.
const folded = new Map();
const tabled = (id, columns) => {
  folded.set(id, columns);
  if (!$(id).firstChild) {
    const fold = make("details");
    fold.append(make("summary"), make("div", undefined, { class: "scroll", tabindex: "0", role: "region" }));
    fold.addEventListener("toggle", () => fillTable(id));
    $(id).append(fold);
  }
  $(id).querySelector("summary").textContent = t("as_table");
  fillTable(id);
};
const fillTable = (id) => {
  const fold = $(id).querySelector("details");
  if (!fold.open) return;
  fold.lastChild.setAttribute("aria-label", t("as_table"));
  fold.lastChild.replaceChildren(table(folded.get(id)()));
};
