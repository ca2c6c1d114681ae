// What a reader sees on a telephone: names on the map that do not lie on each other, in any language.
const namesApart = () => {
  const boxes = [...document.querySelectorAll("#map .textpoint text")].map((name) => name.getBoundingClientRect());
  const isApart = (one, other) => one.right <= other.left || other.right <= one.left || one.bottom <= other.top + 4 || other.bottom <= one.top + 4;
  return boxes.length > 4 && boxes.every((one, index) => boxes.slice(index + 1).every((other) => isApart(one, other)));
};
const probe = async (seen) => {
  seen.narrow = NARROW.matches;
  for (const language of ["en", "ru", "kk"]) {
    change("language", language, "change"); await drawn();
    seen[language] = namesApart();
  }
  seen.fits = document.documentElement.scrollWidth <= innerWidth;
};
