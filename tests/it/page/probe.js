// What a reader of the page of a run does, and what then is seen.
const colours = () => [...document.querySelectorAll("#map .point")].map((point) => point.style.fill).join();
const playsTheDay = async () => {
  change("measure", "plugs_used", "change");
  const pictures = new Set();
  for (const hour of HOURS) { change("hour", hour, "input"); await drawn(); pictures.add(colours()); }
  change("measure", "wait", "change");
  return pictures.size;
};
const width = () => { const [low, high] = $("map").layout.xaxis.range; return high - low; };
const turnsTheWheel = async (seen) => {
  const over = document.querySelector("#map .nsewdrag"), box = over.getBoundingClientRect();
  const place = { bubbles: true, cancelable: true, clientX: box.left + box.width / 2, clientY: box.top + box.height / 2 };
  const turned = async () => { over.dispatchEvent(new WheelEvent("wheel", { deltaY: -300, ...place })); await after(300); await drawn(); return width(); };
  document.activeElement.blur();
  const wide = width();
  seen.scrolls = (await turned()) === wide;
  over.dispatchEvent(new PointerEvent("pointerdown", place));
  seen.wheeled = (await turned()) < wide;
  await press("map", "0"); await drawn();
  $("map").blur();
};
const walksByKeys = async (seen) => {
  const worst = [...document.querySelectorAll("#stations tbody tr")][0].firstChild.textContent;
  change("hour", -1, "input"); await drawn();
  seen.said = (await press("map", "ArrowRight")).startsWith(`${worst} · `);
  seen.stepped = !(await press("map", "ArrowRight")).startsWith(`${worst} · `) && document.querySelectorAll("#map .hovertext").length === 1;
  const wide = width();
  await press("map", "+"); await drawn(); seen.closer = width() < wide * 0.7;
  await press("map", "0"); await drawn(); seen.back = Math.abs(width() - wide) < wide / 100;
  seen.left = (await press("map", "Escape")) === "" && document.querySelectorAll("#map .hovertext").length === 0;
  seen.cell = await press("p-heat", "ArrowRight"); seen.below = await press("p-heat", "ArrowDown");
  await press("p-heat", "Escape");
};
const foldsNothing = async (seen) => {
  const fold = document.querySelector("#map-table details"), told = () => fold.lastChild.textContent;
  change("hour", 8, "input"); fold.open = true; await drawn();
  const before = told();
  change("hour", 9, "input"); seen.kept = fold.isConnected && fold.open && told() !== before;
  fold.open = false;
};
const isPrinted = async (seen) => {
  const look = () => [document.documentElement.dataset.theme, document.querySelector("#p-heat .main-svg").getAttribute("width"), document.querySelectorAll("#stations thead button").length > 0].join();
  const before = look();
  dispatchEvent(new Event("beforeprint")); seen.paper = look();
  dispatchEvent(new Event("afterprint")); await drawn(); seen.screen = look() === before;
};
const probe = async (seen) => {
  seen.charts = [...document.querySelectorAll(".plot")].filter((plot) => plot.querySelector(".main-svg")).length;
  seen.tables = document.querySelectorAll("details").length;
  seen.pictures = await playsTheDay();
  const before = $("map-caption").textContent;
  change("hour", 18, "input");
  seen.slid = $("map-caption").textContent !== before && $("hour").getAttribute("aria-valuetext") === "18:00–19:00";
  const play = $("play"); play.click();
  seen.plays = play.getAttribute("aria-pressed") === "true" && $("hour").value === "19"; play.click();
  const again = () => document.querySelector("#stations [data-key=wait]").click();
  const waits = () => [...document.querySelectorAll("#stations tbody tr td:nth-child(5)")].map((cell) => parseFloat(cell.textContent)).filter((value) => !isNaN(value));
  await walksByKeys(seen);
  await foldsNothing(seen);
  await turnsTheWheel(seen);
  seen.falls = sorted(waits(), -1) && waits().length > 1; again(); seen.rises = sorted(waits(), 1);
  const rows = () => document.querySelectorAll("#stations tbody tr").length;
  seen.all = rows(); change("search", "plot-00", "input"); seen.found = rows(); change("search", "", "input");
  seen.english = $("h-map").textContent;
  change("language", "ru", "change"); seen.russian = $("h-map").textContent; seen.district = $("stations").textContent.includes("район");
  seen.doubts = [...$("notes").children].map((note) => note.lang || note.textContent.slice(0, 8));
  change("language", "kk", "change"); seen.kazakh = $("h-map").textContent; seen.lang = document.documentElement.lang; seen.number = number(1234.5, 1).replace(/\s/, " ");
  change("language", "en", "change");
  setTheme(true); await drawn();
  await isPrinted(seen);
  $("theme").click();
  seen.themed = document.documentElement.dataset.theme === "light";
  seen.hostile = window.hostile === undefined; seen.title = $("title").textContent.startsWith("</title>");
};
