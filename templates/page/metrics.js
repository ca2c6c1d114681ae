// How metrics are written: their units for readers, names in the reader's language, and as many digits as are sure.
const scaleOf = (one) => (one.unit === "s" ? 1 / 60 : one.unit === "share" ? 100 : one.unit === "KZT" && one.millions ? 1e-6 : 1);
const unitOf = (one) => ({ s: t("min"), share: "%", count: "", KZT: one.millions ? t("sw_million") : "₸" })[one.unit] ?? t(`u_${one.unit}`);
const titled = (one) => (unitOf(one) ? `${called(one.name)}, ${unitOf(one)}` : called(one.name));
// As many decimals as the interval lets stand, or about three digits.
const decimals = (value, half) => Math.min(Math.max(half ? Math.ceil(-Math.log10(half)) + 1 : Math.abs(value) < 1 ? 2 : Math.abs(value) < 100 ? 1 : 0, 0), 4);
const within = (value, half) => (value === null ? "–" : half === null ? number(value, decimals(value, half)) : `${number(value, decimals(value, half))} ± ${number(half, decimals(value, half))}`);
