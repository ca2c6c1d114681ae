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
        let watts_a_year = i128::from(at_meter(sums.peak_watts)) * i128::from(MONTHS);
        Self {
            revenue: sums.revenue,
            vat: sums.vat,
            sold: sums.sold,
            energy_cost: costs.grid * Energy::from_millijoules(at_meter(sums.sold.as_millijoules())),
            demand_charge: share_of_year(i128::from(costs.demand_charge.as_tiyn()) * watts_a_year / 1_000),
            opex: share_of_year(costs.opex_per_year.as_tiyn().into()),
            invested: costs.capex * investments,
        }
    }

    /// What is left, before the investment is paid back.
    pub fn profit(&self) -> Money {
        self.revenue - self.vat - self.energy_cost - self.demand_charge - self.opex
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

/// What a tenge at the end of each year of the lease is worth today: `(1 − (1 + r)⁻ⁿ)/r`.
fn annuity(costs: &OperatorCosts) -> f64 {
    let (rate, years) = (costs.discount_rate, costs.lease_years);
    if rate > 0.0 { (1.0 - libm::pow(1.0 + rate, -years)) / rate } else { years }
}

/// The net present value of stations over the lease, if every year is like the measured span, in tenge.
fn npv(costs: &OperatorCosts, account: &Account, measured: Duration) -> Option<f64> {
    let a_year = ratio(account.profit().as_kzt_f64(), years(measured))?;
    Some(a_year * annuity(costs) - account.invested.as_kzt_f64())
}

/// The years in which a station's profit pays its investment; none if it never does.
fn payback(account: &Account, measured: Duration) -> Option<f64> {
    ratio(account.invested.as_kzt_f64() * years(measured), account.profit().as_kzt_f64())
}

/// What is left of a kWh for the fixed costs, in tenge; none if nothing was sold.
fn margin(account: &Account) -> Option<f64> {
    let left = account.revenue - account.vat - account.energy_cost;
    ratio(left.as_kzt_f64(), account.sold.as_kwh_f64())
}

/// What each of these stations must sell a day so that its investment just pays over the lease, in kWh.
fn break_even(costs: &OperatorCosts, account: &Account, stations: usize, measured: Duration) -> Option<f64> {
    let fixed = account.demand_charge + account.opex;
    let a_year = ratio(fixed.as_kzt_f64(), years(measured) * stations as f64)?;
    let invested = account.invested.as_kzt_f64() / stations as f64;
    ratio((invested / annuity(costs) + a_year) / DAYS as f64, margin(account)?)
}

/// Writes the accounts of stations that sell energy into metrics below a group such as `operators.`.
pub(super) fn tell(
    to: &mut Metrics,
    group: &str,
    costs: &OperatorCosts,
    accounts: &[Account],
    measured: Duration,
) {
    if accounts.is_empty() {
        return;
    }
    let all: Account = accounts.iter().copied().sum();
    for (name, amount) in [
        ("revenue_kzt", all.revenue),
        ("vat_kzt", all.vat),
        ("energy_cost_kzt", all.energy_cost),
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
    let of = |account| payback(account, measured).unwrap_or(f64::INFINITY);
    let mut paybacks: Vec<f64> = accounts.iter().map(of).collect();
    paybacks.sort_by(f64::total_cmp);
    let median = paybacks[paybacks.len().div_ceil(2) - 1];
    to.set(group, "payback_years.p50", median.is_finite().then_some(median));
    if let [account] = accounts {
        to.set(group, "payback_years", payback(account, measured));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Price, Time};
    use crate::world::Vat;

    /// A year of a station that sells so much a day at the ceiling.
    fn a_year(capex_kzt: f64, years: f64, rate: f64, kwh_a_day: f64) -> (OperatorCosts, Account) {
        let costs = OperatorCosts {
            vat: Vat { ppm: 120_000, until: Time::at_hour(1), later_ppm: 120_000 },
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
        // 100/1.12 − 34.6/0.92.
        let (_, account) = a_year(1e7, 4.0, 0.2, 300.0);
        let left = margin(&account).expect("energy was sold");
        assert!((left - 51.677).abs() < 5e-4, "{left}");
    }

    #[test]
    fn a_station_breaks_even_where_it_was_reckoned_by_hand() {
        for (capex, years, rate, kwh) in
            [(1e7, 4.0, 0.2, 268.4), (2e7, 4.0, 0.2, 473.2), (1e7, 5.0, 0.06, 189.5)]
        {
            let (costs, account) = a_year(capex, years, rate, 300.0);
            let year = Duration::DAY * DAYS;
            let least = break_even(&costs, &account, 1, year).expect("energy was sold");
            assert!((least - kwh).abs() < 0.05, "{least} of {kwh}");
            // A station that sells just this is worth nothing more than it costs.
            let (costs, account) = a_year(capex, years, rate, least);
            let worth = npv(&costs, &account, year).expect("a year was measured");
            assert!(worth.abs() < 1.0, "{worth}");
        }
        let share_of_60_kw: f64 = 268.4 / (24.0 * 60.0);
        assert!((share_of_60_kw - 0.186).abs() < 5e-4);
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
        assert!((annuity(&costs) - 4.0).abs() < 1e-12);
    }
}
