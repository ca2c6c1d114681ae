// Runs a probe when the page is there, asks axe-core if it is, and tells what was seen at the end of the page.
const change = (id, value, event) => { $(id).value = value; $(id).dispatchEvent(new Event(event, { bubbles: true })); };
const sorted = (values, sign) => values.every((value, index) => index === 0 || sign * (value - values[index - 1]) >= 0);
const after = (ms) => new Promise((done) => setTimeout(done, ms));
const drawn = async () => { do await after(50); while (busy || waiting.size); };
const press = async (id, key) => {
  $(id).dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  await after(200);
  return $(id).nextElementSibling.textContent;
};
// What axe-core finds serious with all that can be unfolded; in the dark only colours differ.
const serious = async () => {
  const found = [];
  for (const dark of [false, true]) {
    setTheme(dark);
    await drawn();
    for (const fold of document.querySelectorAll("details")) fold.open = true;
    await after(500);
    const { violations } = await axe.run(document, { resultTypes: ["violations"], ...(dark ? { runOnly: ["color-contrast"] } : {}) });
    for (const one of violations.filter(({ impact }) => ["serious", "critical"].includes(impact)))
      found.push([dark ? "dark" : "light", one.id, ...one.nodes.slice(0, 3).map((node) => node.target)].join(" "));
  }
  return found;
};
addEventListener("load", async () => {
  const seen = {};
  try {
    await drawn();
    await probe(seen);
    if (window.axe) seen.axe = await serious();
  } catch (error) { seen.error = `${error} ${error.stack}`; }
  document.body.append(Object.assign(document.createElement("pre"), { id: "seen", textContent: JSON.stringify(seen) }));
});
