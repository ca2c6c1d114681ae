//! What acts on prices and accounts: the ceiling, tariffs, tax, costs, the grid.

use crate::stage::metric;

/// A town of 150 electric taxis, with one more line.
fn town(more: &str) -> String {
    format!(
        "name = \"town\"\n\
         time.warm_up = {{ hours = 6 }}\ntime.horizon = {{ days = 1 }}\ntime.replications = 4\ntime.seed = 3\n\
         demand.rides_per_day = 4_000\nfleet.taxis = 150\nfleet.electric = 150\n\
         network.existing = 40\ncharging.private.registered = 3_000\n{more}\n"
    )
}

#[track_caller]
fn raises(name: &str, before: &str, after: &str) {
    super::rises(name, &town(before), &town(after));
}

#[track_caller]
fn lowers(name: &str, before: &str, after: &str) {
    super::falls(name, &town(before), &town(after));
}

/// This change leaves a metric of the town as it is, to the last bit.
#[track_caller]
fn leaves(name: &str, before: &str, after: &str) {
    let (before, after) = (metric(&town(before), name), metric(&town(after), name));
    assert_eq!(before, after, "{name}");
}

const PROFIT: &str = "operators.profit_kzt";
const WORTH: &str = "operators.npv_kzt";
const INCOME: &str = "drivers.net_kzt_per_hour.electric";

/// Operators would ask more than either ceiling.
fn ceiling(cap: &str) -> String {
    format!("tariff.price_kzt_per_kwh = 150\ntariff.cap_kzt_per_kwh = {cap}")
}

#[test]
fn a_higher_ceiling_is_the_operators_gain_and_the_drivers_loss() {
    for (low, high) in [("80", "100"), ("100", "\"none\"")] {
        raises(PROFIT, &ceiling(low), &ceiling(high));
        lowers(INCOME, &ceiling(low), &ceiling(high));
    }
    // Above what operators ask it changes nothing.
    leaves(PROFIT, &ceiling("150"), &ceiling("\"none\""));
}

#[test]
fn drivers_who_weigh_prices_charge_at_home_where_a_ceiling_is_lifted() {
    let weighed = |cap| format!("charging.choice = \"logit\"\nfleet.home_charging = 0.5\n{}", ceiling(cap));
    lowers("charging.energy_kwh", &weighed("60"), &weighed("\"none\""));
}

#[test]
fn prices_by_the_hour_move_what_drivers_pay_in_their_direction() {
    let cost = "taxis.energy_cost_kzt_per_km";
    let bands = |night: f64, evening: f64| {
        format!(
            "tariff.price_kzt_per_kwh = 100\ntariff.cap_kzt_per_kwh = \"none\"\n\
             tariff.shape = {{ time_of_use = [[0, {night}], [7, 1], [19, {evening}], [23, {night}]] }}"
        )
    };
    let free = "tariff.price_kzt_per_kwh = 100\ntariff.cap_kzt_per_kwh = \"none\"";
    leaves(cost, free, &bands(1.0, 1.0));
    lowers(cost, &bands(1.0, 1.0), &bands(0.51, 1.0));
    raises(cost, &bands(1.0, 1.0), &bands(1.0, 1.75));
    // The ceiling leaves the discount and takes the surcharge.
    leaves(
        cost,
        "tariff.shape = { time_of_use = [[0, 0.51], [7, 1], [23, 0.51]] }",
        "tariff.shape = { time_of_use = [[0, 0.51], [7, 1], [19, 1.75], [23, 0.51]] }",
    );
}

#[test]
fn a_price_that_follows_use_falls_where_stations_are_empty() {
    // The ceiling leaves the discount of empty stations and takes the surcharge of full ones.
    let dynamic = |theta: f64| format!("tariff.shape = {{ dynamic = {{ theta = {theta} }} }}");
    leaves("operators.revenue_kzt", "", &dynamic(0.0));
    lowers("operators.revenue_kzt", "", &dynamic(0.5));
    let free = "tariff.price_kzt_per_kwh = 100\ntariff.cap_kzt_per_kwh = \"none\"\n";
    raises("operators.revenue_kzt", &dynamic(0.5), &format!("{free}{}", dynamic(0.5)));
}

#[test]
fn a_tax_is_the_operators_loss_where_the_ceiling_binds() {
    let (before, after) = ("tariff.vat = 0.12", "tariff.vat = 0.16");
    lowers(PROFIT, before, after);
    leaves(INCOME, before, after);
    // The later rate is that of its own time.
    leaves(PROFIT, "tariff.vat_from_2026 = 0.16", "tariff.vat_from_2026 = 0.5");
    let year = "time.start = \"2026-01-05\"\n";
    lowers(
        PROFIT,
        &format!("{year}tariff.vat_from_2026 = 0.12"),
        &format!("{year}tariff.vat_from_2026 = 0.16"),
    );
}

#[test]
fn dearer_energy_power_and_care_lower_the_profit() {
    lowers(PROFIT, "", "tariff.grid_kzt_per_kwh = 40");
    lowers(PROFIT, "", "tariff.demand_charge_kzt_per_kw_month = 1_000");
    lowers(PROFIT, "", "tariff.opex_kzt_per_year = 1_500_000");
    leaves(INCOME, "", "tariff.grid_kzt_per_kwh = 40");
}

#[test]
fn an_investment_is_worth_less_the_more_it_costs_and_more_with_the_loan_of_the_city() {
    lowers(WORTH, "", "tariff.capex_kzt = 20_000_000");
    lowers(WORTH, "", "tariff.lease_years = 3");
    raises(WORTH, "", "tariff.lease_years = 5\ntariff.discount_rate = 0.06");
    raises("operators.payback_years.p50", "", "tariff.capex_kzt = 20_000_000");
    lowers("operators.break_even_kwh_per_day", "", "tariff.discount_rate = 0.06");
}

/// A grid that can spare so much in each district.
fn spare(kw: u32, control: &str) -> String {
    let districts = ["alatau", "almaly", "auezov", "bostandyk", "medeu", "nauryzbay", "turksib", "zhetysu"];
    let spare = districts.map(|district| format!("{district} = {kw}")).join(", ");
    format!("network.grid = {{ spare_kw = {{ {spare} }}, control = \"{control}\" }}")
}

#[test]
fn a_smaller_grid_lengthens_sessions_and_waits() {
    for control in ["pro_rata", "smart_cap"] {
        for name in ["charging.plugged_in_s.mean", "charging.wait_s.mean", "grid.at_limit"] {
            raises(name, &spare(300, control), &spare(50, control));
        }
        lowers("charging.peak_kw", &spare(300, control), &spare(50, control));
    }
}

#[test]
fn a_dirtier_grid_emits_more_and_petrol_not_less() {
    raises("city.co2_kg", "", "city.co2.grid_kg_per_kwh = 0.9");
    leaves("fleet.co2_g_per_km.electric", "", "city.co2.petrol_kg_per_l = 3");
}
