//! Operators' accounts: what stations take and what they cost, to the last tiyn, and whether an investment pays.

use super::metrics::{Metrics, ratio};
use super::sums::Charging;
use crate::units::{Duration, Energy, Money};
use crate::world::OperatorCosts;
use std::iter::Sum;
use std::ops::Add;

/// Days in a year of accounts.
const DAYS: i64 = 365;
/// Months in it.
const MONTHS: i64 = 12;

/// The account of one station, or of several, over the measured span.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// What visitors paid.
    pub revenue: Money,
    /// The value-added tax in it.
    pub vat: Money,
    /// The energy that was sold.
    pub sold: Energy,
    /// What the grid's energy cost, losses included.
    pub energy_cost: Money,
    /// What it cost to take the payments: a share of the bills.
    pub acquiring: Money,
    /// What the greatest power cost, as if each month had that of the whole span.
    pub demand_charge: Money,
    /// Care, network, insurance.
    pub opex: Money,
    /// What was invested, once.
    pub invested: Money,
}

impl Account {
    /// The account of one station with so many investments in it.
    pub fn of(costs: &OperatorCosts, investments: i64, sums: &Charging, measured: Duration) -> Self {
        let at_meter = |amount: i64| (amount as f64 / costs.efficiency).round() as i64;
        let share_of_year = |of: i128| {
            let (span, year) = (measured.as_millis(), (Duration::DAY * DAYS).as_millis());
            Money::from_tiyn(((2 * of * i128::from(span) + i128::from(year)) / (2 * i128::from(year))) as i64)
        };
        let acquiring = i128::from(sums.revenue.as_tiyn()) * i128::from(costs.acquiring_ppm);
        let watts_a_year = i128::from(at_meter(sums.peak_watts)) * i128::from(MONTHS);
        Self {
            revenue: sums.revenue,
            vat: sums.vat,
            sold: sums.sold,
            energy_cost: costs.grid * Energy::from_millijoules(at_meter(sums.sold.as_millijoules())),
            acquiring: Money::from_tiyn(((acquiring + 500_000) / 1_000_000) as i64),
            demand_charge: share_of_year(i128::from(costs.demand_charge.as_tiyn()) * watts_a_year / 1_000),
            opex: share_of_year(costs.opex_per_year.as_tiyn().into()),
            invested: costs.capex * investments,
        }
    }

    /// All costs but for tax and investment.
    fn running(&self) -> Money {
        self.energy_cost + self.acquiring + self.demand_charge + self.opex
    }

    /// What is left, before the investment is paid back.
    pub fn profit(&self) -> Money {
        self.revenue - self.vat - self.running()
    }
}

impl Add for Account {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            revenue: self.revenue + other.revenue,
            vat: self.vat + other.vat,
            sold: self.sold + other.sold,
            energy_cost: self.energy_cost + other.energy_cost,
            acquiring: self.acquiring + other.acquiring,
            demand_charge: self.demand_charge + other.demand_charge,
            opex: self.opex + other.opex,
            invested: self.invested + other.invested,
        }
    }
}

impl Sum for Account {
    fn sum<I: Iterator<Item = Self>>(accounts: I) -> Self {
        accounts.fold(Self::default(), |sum, account| sum + account)
    }
}

/// The measured span in years.
fn years(measured: Duration) -> f64 {
    measured.as_hours_f64() / (24 * DAYS) as f64
}

/// What a tenge at the end of each of so many years is worth today: `(1 − (1 + r)⁻ⁿ)/r`.
fn annuity(rate: f64, years: f64) -> f64 {
    // As `1 − (1 + r)⁻ⁿ`, but exact also for a lease of no time at all.
    if rate > 0.0 { -libm::expm1(-years * libm::log1p(rate)) / rate } else { years }
}

/// A lease begins with the run, and of what is paid while it lasts each calendar year has its own VAT.
struct Lease {
    /// The years from its beginning until VAT changes.
    before: f64,
    /// What a tenge at the end of each year until then is worth at its beginning, and of each year after that.
    worth: [f64; 2],
    /// The shares that turn bills into net prices, until then and after.
    net: [f64; 2],
}

impl Lease {
    fn new(costs: &OperatorCosts) -> Self {
        let (rate, whole) = (costs.discount_rate, costs.lease_years);
        let before = years(costs.vat.until.since_start()).max(0.0);
        let worth = annuity(rate, before.min(whole));
        let net = |ppm: i64| 1e6 / (1e6 + ppm as f64);
        Self {
            before,
            worth: [worth, annuity(rate, whole) - worth],
            net: [net(costs.vat.ppm), net(costs.vat.later_ppm)],
        }
    }

    /// What an amount a year over the whole lease is worth, with that of each VAT.
    fn worth(&self, a_year: impl Fn(f64) -> f64) -> f64 {
        self.worth.iter().zip(self.net).map(|(worth, net)| worth * a_year(net)).sum()
    }
}

/// What is left of a year's bills at a VAT, in tenge, if every year is like the measured span.
fn a_year(account: &Account, measured: Duration) -> impl Fn(f64) -> f64 {
    let (revenue, running) = (account.revenue.as_kzt_f64(), account.running().as_kzt_f64());
    let years = years(measured);
    move |net| (revenue * net - running) / years
}

/// The net present value of stations over the lease, if every year is like the measured span but for its VAT, in tenge.
fn npv(costs: &OperatorCosts, account: &Account, measured: Duration) -> f64 {
    Lease::new(costs).worth(a_year(account, measured)) - account.invested.as_kzt_f64()
}

/// The years in which a station's profit pays its investment; none if it never does.
fn payback(costs: &OperatorCosts, account: &Account, measured: Duration) -> Option<f64> {
    let lease = Lease::new(costs);
    let [first, later] = lease.net.map(a_year(account, measured));
    let invested = account.invested.as_kzt_f64();
    let within = ratio(invested, first).filter(|years| *years <= lease.before);
    within.or_else(|| Some(lease.before + ratio(invested - first * lease.before, later)?))
}

/// What is left of a kWh for the fixed costs, in tenge; none if nothing was sold.
fn margin(account: &Account) -> Option<f64> {
    let left = account.revenue - account.vat - account.energy_cost - account.acquiring;
    ratio(left.as_kzt_f64(), account.sold.as_kwh_f64())
}

/// What each of these stations must sell a day so that its investment just pays over the lease, in kWh.
fn break_even(costs: &OperatorCosts, account: &Account, stations: usize, measured: Duration) -> Option<f64> {
    let fixed = account.demand_charge + account.opex;
    let a_year = ratio(fixed.as_kzt_f64(), years(measured) * stations as f64)?;
    let invested = account.invested.as_kzt_f64() / stations as f64;
    let by_energy = (account.energy_cost + account.acquiring).as_kzt_f64();
    let lease = Lease::new(costs);
    let per_kwh = |net| (account.revenue.as_kzt_f64() * net - by_energy) / account.sold.as_kwh_f64();
    let whole: f64 = lease.worth.iter().sum();
    (account.sold > Energy::ZERO)
        .then(|| ratio((invested + a_year * whole) / DAYS as f64, lease.worth(per_kwh)))
        .flatten()
}

/// Writes the accounts of stations that sell energy into metrics below a group such as `operators.`; of no station all
/// amounts are zero.
pub(super) fn tell(
    to: &mut Metrics,
    group: &str,
    costs: &OperatorCosts,
    accounts: &[Account],
    measured: Duration,
) {
    let all: Account = accounts.iter().copied().sum();
    for (name, amount) in [
        ("revenue_kzt", all.revenue),
        ("vat_kzt", all.vat),
        ("energy_cost_kzt", all.energy_cost),
        ("acquiring_kzt", all.acquiring),
        ("demand_charge_kzt", all.demand_charge),
        ("opex_kzt", all.opex),
        ("profit_kzt", all.profit()),
    ] {
        to.set(group, name, amount.as_kzt_f64());
    }
    to.set(group, "npv_kzt", npv(costs, &all, measured));
    to.set(group, "margin_kzt_per_kwh", margin(&all));
    to.set(group, "break_even_kwh_per_day", break_even(costs, &all, accounts.len(), measured));
    let station_days = accounts.len() as f64 * measured.as_hours_f64() / 24.0;
    to.set(group, "sold_kwh_per_day", ratio(all.sold.as_kwh_f64(), station_days));
    let of = |account| payback(costs, account, measured).unwrap_or(f64::INFINITY);
    let mut paybacks: Vec<f64> = accounts.iter().map(of).collect();
    paybacks.sort_by(f64::total_cmp);
    let median = paybacks.len().div_ceil(2).checked_sub(1).map(|index| paybacks[index]);
    to.set(group, "payback_years.p50", median.filter(|years| years.is_finite()));
    if let [account] = accounts {
        to.set(group, "payback_years", payback(costs, account, measured));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Price, Time};
    use crate::world::Vat;

    /// A year of a station that sells so much a day at the ceiling, at 12 % VAT all the time.
    fn a_year(capex_kzt: f64, years: f64, rate: f64, kwh_a_day: f64) -> (OperatorCosts, Account) {
        taxed(
            Vat { ppm: 120_000, until: Time::at_hour(1), later_ppm: 120_000 },
            capex_kzt,
            years,
            rate,
            kwh_a_day,
        )
    }

    fn taxed(vat: Vat, capex_kzt: f64, years: f64, rate: f64, kwh_a_day: f64) -> (OperatorCosts, Account) {
        let costs = OperatorCosts {
            vat,
            acquiring_ppm: 20_000,
            grid: Price::from_kzt_per_kwh_f64(34.6),
            demand_charge: Money::ZERO,
            efficiency: 0.92,
            capex: Money::from_kzt_f64(capex_kzt),
            opex_per_year: Money::from_kzt_f64(1.2e6),
            lease_years: years,
            discount_rate: rate,
        };
        let sold = Energy::from_kwh_f64(kwh_a_day * 365.0);
        let revenue = Price::from_kzt_per_kwh_f64(100.0) * sold;
        let vat = costs.vat.of(revenue, Time::START);
        let sums = Charging { revenue, vat, sold, peak_watts: 46_000, ..Charging::default() };
        (costs, Account::of(&costs, 1, &sums, Duration::DAY * DAYS))
    }

    #[test]
    fn a_kilowatt_hour_at_the_ceiling_leaves_what_was_reckoned_by_hand() {
        // 100/1.12 − 34.6/0.92 − 2, and 100/1.16 − 34.6/0.92 − 2.
        for (ppm, by_hand) in [(120_000, 49.677), (160_000, 46.598)] {
            let vat = Vat { ppm, until: Time::START, later_ppm: ppm };
            let (_, account) = taxed(vat, 1e7, 4.0, 0.2, 300.0);
            let left = margin(&account).expect("energy was sold");
            assert!((left - by_hand).abs() < 1e-3, "{left}");
        }
    }

    #[test]
    fn a_lease_pays_the_tax_of_each_calendar_year() {
        let year = Duration::DAY * DAYS;
        // 59 days of a lease of four years at 12 %, the rest at 16 %.
        let turn = |days| Vat { ppm: 120_000, until: Time::START + Duration::DAY * days, later_ppm: 160_000 };
        let worth = |days| {
            let (costs, account) = taxed(turn(days), 1e7, 4.0, 0.2, 300.0);
            npv(&costs, &account, year)
        };
        // By hand: 300 · 365 · 49.677 − 1.2e6 = 4 239 633 a year at 12 %, 3 902 503 at 16 %. Four years are worth 2.58873
        // of them, and the first 59 days (1 − 1.2^(−59/365))/0.2 = 0.145194.
        let [before, both, after] = [worth(4 * DAYS), worth(59), worth(0)];
        assert!((before - 975_285.0).abs() < 100.0, "{before}");
        assert!((after - 102_546.0).abs() < 100.0, "{after}");
        assert!((both - (after + 0.145_194 * (4_239_633.0 - 3_902_503.0))).abs() < 100.0, "{both}");
        // A lease that began before does not pay it at all if it ends before.
        assert!((worth(5 * DAYS) - before).abs() < 1e-6);
        // What was measured in the first year tells the whole lease: its own tax is of that year alone.
        let (costs, account) = taxed(turn(59), 1e7, 4.0, 0.2, 300.0);
        let least = break_even(&costs, &account, 1, year).expect("energy was sold");
        let (costs, account) = taxed(turn(59), 1e7, 4.0, 0.2, least);
        assert!(npv(&costs, &account, year).abs() < 1.0);
        assert!((279.2..297.7).contains(&least), "{least}");
        // 4 239 633 · 59/365 in the first days, and then 3 902 503 a year.
        let pays = payback(&costs, &taxed(turn(59), 1e7, 4.0, 0.2, 300.0).1, year).expect("it pays");
        let by_hand = 59.0 / 365.0 + (1e7 - 4_239_633.0 * 59.0 / 365.0) / 3_902_503.0;
        assert!((pays - by_hand).abs() < 1e-3, "{pays} of {by_hand}");
    }

    #[test]
    fn a_lease_of_next_to_no_time_has_no_break_even_that_could_be_sold() {
        for years in [1e-300, 1e-20, f64::MIN_POSITIVE] {
            let (costs, account) = a_year(1e7, years, 0.2, 300.0);
            let mut to = Metrics::none(super::super::CITY);
            tell(&mut to, "operators.", &costs, &[account], Duration::DAY * DAYS);
            assert!(to.values().iter().flatten().all(|value| value.is_finite()), "{to:?}");
            assert_eq!(to.get("operators.break_even_kwh_per_day"), None);
            assert_eq!(to.left_out(), ["operators.break_even_kwh_per_day"]);
            assert_eq!(to.get("operators.npv_kzt").map(f64::round), Some(-1e7));
        }
    }

    #[test]
    fn a_station_breaks_even_where_it_was_reckoned_by_hand() {
        for (capex, years, rate, kwh) in
            [(1e7, 4.0, 0.2, 279.2), (2e7, 4.0, 0.2, 492.3), (1e7, 5.0, 0.06, 197.1)]
        {
            let (costs, account) = a_year(capex, years, rate, 300.0);
            let year = Duration::DAY * DAYS;
            let least = break_even(&costs, &account, 1, year).expect("energy was sold");
            assert!((least - kwh).abs() < 0.05, "{least} of {kwh}");
            // A station that sells just this is worth nothing more than it costs.
            let (costs, account) = a_year(capex, years, rate, least);
            let worth = npv(&costs, &account, year);
            assert!(worth.abs() < 1.0, "{worth}");
        }
        // All the lease at 16 %.
        let vat = Vat { ppm: 160_000, until: Time::START, later_ppm: 160_000 };
        let (costs, account) = taxed(vat, 1e7, 4.0, 0.2, 300.0);
        let least = break_even(&costs, &account, 1, Duration::DAY * DAYS).expect("energy was sold");
        assert!((least - 297.7).abs() < 0.05, "{least}");
    }

    #[test]
    fn power_is_paid_at_the_meter_and_by_the_month() {
        let (mut costs, _) = a_year(1e7, 4.0, 0.2, 300.0);
        costs.demand_charge = Money::from_kzt_f64(2_000.0);
        let sums = Charging { peak_watts: 46_000, ..Charging::default() };
        // 46 kW at the plugs are 50 kW at the meter.
        let account = Account::of(&costs, 1, &sums, Duration::DAY * DAYS);
        assert_eq!(account.demand_charge, Money::from_kzt_f64(50.0 * 2_000.0 * 12.0));
        assert_eq!(account.profit(), Money::from_kzt_f64(-2.4e6));
        let half = Account::of(&costs, 1, &sums, Duration::hours(12 * DAYS));
        assert_eq!((half.opex, half.demand_charge), (Money::from_kzt_f64(6e5), Money::from_kzt_f64(6e5)));
    }

    #[test]
    fn money_without_interest_is_worth_what_it_is() {
        let (costs, _) = a_year(1e7, 4.0, 0.0, 300.0);
        assert!((annuity(costs.discount_rate, costs.lease_years) - 4.0).abs() < 1e-12);
    }
}
