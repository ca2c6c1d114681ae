// Runs a probe when the page is there, asks axe-core if it is, and tells what was seen at the end of the page.
const change = (id, value, event) => { $(id).value = value; $(id).dispatchEvent(new Event(event, { bubbles: true })); };
const sorted = (values, sign) => values.every((value, index) => index === 0 || sign * (value - values[index - 1]) >= 0);
addEventListener("load", () => setTimeout(async () => {
  const seen = {};
  try {
    await probe(seen);
  } catch (error) { seen.error = String(error); }
  const tell = () => document.body.append(Object.assign(document.createElement("pre"), { id: "seen", textContent: JSON.stringify(seen) }));
  if (window.axe) axe.run(document, { resultTypes: ["violations"] }).then((told) => {
    seen.axe = told.violations.filter((one) => ["serious", "critical"].includes(one.impact)).map((one) => one.id + " " + one.nodes.slice(0, 3).map((node) => node.target).join(" "));
    tell();
  }); else tell();
}, 500));

