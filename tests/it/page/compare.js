// What a reader of the page of a comparison does, and what then is seen.
const probe = async (seen) => {
  seen.charts = [...document.querySelectorAll(".plot")].filter((plot) => plot.querySelector(".main-svg")).length;
  seen.changed = [...document.querySelectorAll("#changes tbody tr")].map((row) => [...row.children].map((cell) => cell.textContent));
  seen.cautions = $("s-cautions").hidden ? [] : [...document.querySelectorAll("#cautions li")].map((item) => item.textContent);
  seen.answers = $("answers").textContent; seen.setting = $("setting").textContent; seen.caption = $("map-caption").textContent;
  const colours = () => JSON.stringify($("map").data.filter((trace) => trace.mode === "markers").map((trace) => [trace.name, trace.marker.color]));
  seen.legend = $("map").data.filter((trace) => trace.showlegend).map((trace) => trace.name);
  const whole = colours();
  if (!$("map-bar").hidden) {
    change("hour", 18, "input"); await drawn();
    seen.slid = colours() !== whole && $("hour").getAttribute("aria-valuetext") === "18:00–19:00";
    change("hour", -1, "input"); change("measure", "queue", "change"); await drawn();
    seen.measured = colours() !== whole;
    change("measure", "wait", "change"); await drawn();
    seen.returned = colours() === whole;
  }
  seen.pressed = await press("map", "ArrowRight"); await press("map", "Escape");
  if ($("p-p_forest")) { seen.forest = await press("p-p_forest", "ArrowRight"); await press("p-p_forest", "Escape"); }
  const cells = (table, index) => [...document.querySelectorAll(`#${table} tbody tr td:nth-child(${index})`)].map((cell) => cell.textContent);
  const numbers = (table, index) => cells(table, index).map((text) => parseFloat(text.replace(/,/g, "").replace("−", "-"))).filter((value) => !isNaN(value));
  const head = (table, key) => document.querySelector(`#${table} [data-key="${key}"]`);
  const verdicts = cells("metrics", 1);
  seen.signs = verdicts.filter((verdict, index) => verdict !== verdicts[index - 1]);
  seen.grouped = new Set(seen.signs).size === seen.signs.length;
  head("metrics", "relative").click(); seen.falls = sorted(numbers("metrics", 8), -1) && numbers("metrics", 8).length > 1;
  head("metrics", "relative").click(); seen.rises = sorted(numbers("metrics", 8), 1);
  seen.metrics = cells("metrics", 1).length;
  change("metric-search", "charging.wait_s.", "input"); seen.waits = cells("metrics", 1).length; change("metric-search", "", "input");
  head("stations", "difference").click(); seen.differences = sorted(numbers("stations", 7), 1) && numbers("stations", 7).length > 1;
  seen.stations = cells("stations", 1).length;
  change("search", "new in b", "input"); seen.added = cells("stations", 1).length; change("search", "", "input");
  seen.command = $("command").textContent;
  seen.notes = ["a", "b"].map((side) => $(`notes-${side}`).textContent);
  seen.english = $("h-map").textContent;
  change("language", "ru", "change"); seen.russian = $("h-map").textContent; seen.named = $("metrics").textContent.includes("Среднее ожидание разъёма");
  change("language", "kk", "change"); seen.kazakh = $("h-map").textContent; seen.lang = document.documentElement.lang;
  change("language", "en", "change");
  const dark = document.documentElement.dataset.theme; $("theme").click();
  seen.themed = document.documentElement.dataset.theme !== dark;
  seen.hostile = window.hostile === undefined; seen.title = $("title").textContent;
  for (const fold of document.querySelectorAll("details")) fold.open = true;
  await after(100);
  seen.tables = document.querySelectorAll("#charts details table, #map-table table").length;
};
