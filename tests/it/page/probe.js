// What a reader of the page of a run does, and what then is seen.
const probe = (seen) => {
  seen.charts = [...document.querySelectorAll(".plot")].filter((plot) => plot.querySelector(".main-svg")).length;
  seen.tables = document.querySelectorAll("details").length;
  const before = $("map-caption").textContent;
  change("hour", 18, "input");
  seen.slid = $("map-caption").textContent !== before && $("hour").getAttribute("aria-valuetext") === "18:00–19:00";
  const play = $("play"); play.click();
  seen.plays = play.getAttribute("aria-pressed") === "true" && $("hour").value === "19"; play.click();
  const again = () => document.querySelector("#stations [data-key=wait]").click();
  const waits = () => [...document.querySelectorAll("#stations tbody tr td:nth-child(5)")].map((cell) => parseFloat(cell.textContent)).filter((value) => !isNaN(value));
  seen.falls = sorted(waits(), -1) && waits().length > 1; again(); seen.rises = sorted(waits(), 1);
  const rows = () => document.querySelectorAll("#stations tbody tr").length;
  seen.all = rows(); change("search", "plot-00", "input"); seen.found = rows(); change("search", "", "input");
  seen.english = $("h-map").textContent;
  change("language", "ru", "change"); seen.russian = $("h-map").textContent; seen.district = $("stations").textContent.includes("район");
  change("language", "kk", "change"); seen.kazakh = $("h-map").textContent; seen.lang = document.documentElement.lang;
  change("language", "en", "change");
  const dark = document.documentElement.dataset.theme; $("theme").click();
  seen.themed = document.documentElement.dataset.theme !== dark;
  seen.hostile = window.hostile === undefined; seen.title = $("title").textContent.startsWith("</title>");
  document.querySelector("#map-table details").open = true;
};
