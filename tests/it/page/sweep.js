// What a reader of the page of a sweep does, and what then is seen.
const probe = async (seen) => {
  const rows = () => [...document.querySelectorAll("#points tbody tr:not([aria-hidden])")];
  const column = (index) => rows().map((row) => parseFloat(row.children[index].textContent.replace(/,/g, "")));
  // What rows are sorted by, for their cells are rounded.
  const values = () => column(0).map((point) => valueAt(chosen(), point - 1));
  const head = (key) => document.querySelector(`#points [data-key="${key}"]`);
  seen.charts = [...document.querySelectorAll(".plot")].filter((plot) => plot.querySelector(".main-svg")).length;
  seen.hidden = $("s-heatmap").hidden;
  const axis = () => document.querySelector("#charts .ytitle").textContent;
  const [said, titled] = [$("metric-says").textContent, axis()];
  change("metric", "charging.busy", "change");
  seen.undirected = $("s-best").hidden;
  change("metric", "charging.queue.mean", "change");
  seen.chosen = said !== $("metric-says").textContent && $("metric-says").textContent.startsWith("Cars in queues") && !$("s-best").hidden;
  seen.before = titled;
  head("charging.queue.mean").click(); seen.falls = sorted(values(), -1) && values().length > 1;
  head("charging.queue.mean").click(); seen.rises = sorted(values(), 1);
  head("point").click(); head("point").click();
  seen.rows = rows().length; seen.first = column(0)[0];
  change("search", "= 40,", "input"); seen.found = $("found").textContent; change("search", "", "input");
  document.querySelector("#charts details").open = true;
  seen.english = $("h-best").textContent;
  change("language", "ru", "change"); seen.russian = $("h-best").textContent; seen.named = $("metric").textContent.includes("Среднее ожидание");
  change("language", "kk", "change"); seen.kazakh = $("h-best").textContent;
  change("language", "en", "change");
  const dark = document.documentElement.dataset.theme; $("theme").click();
  seen.themed = document.documentElement.dataset.theme !== dark;
  seen.hostile = window.hostile === undefined; seen.title = $("title").textContent;
  seen.command = $("command").textContent;
  const scroll = $("points").parentElement;
  seen.height = scroll.scrollHeight;
  scroll.scrollTop = scroll.scrollHeight;
  await after(500);
  await drawn();
  seen.last = Math.max(...column(0)); seen.made = rows().length; seen.after = axis();
};
