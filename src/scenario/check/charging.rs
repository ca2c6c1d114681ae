//! The checks of `[charging]`.

use super::super::model::Scenario;
use super::{
    At, Checker, MINUTE_IN_DAYS, MINUTES_IN_A_YEAR, MOST_CLASS, MOST_DAYS, MOST_MONEY, MOST_PLUGS,
    MOST_PRICE, nearest,
};

impl Checker {
    pub(super) fn charging(&mut self, at: &At<'_>, scenario: &Scenario) {
        let charging = &scenario.charging;
        let (threshold, parts) = (at.key("threshold"), charging.threshold);
        let mut good = self.share(&threshold.key("mean"), parts.mean);
        self.share(&threshold.key("sd"), parts.sd);
        good &= self.share(&threshold.key("at_least"), parts.at_least);
        good &= self.share(&threshold.key("at_most"), parts.at_most);
        if good && !(parts.at_least <= parts.mean && parts.mean <= parts.at_most) {
            let words = format!("{} is not from {} to {}", parts.mean, parts.at_least, parts.at_most);
            let help = "`at_least`, `mean` and `at_most` come in rising order";
            if !threshold.has_problem() {
                self.note(&threshold.key("mean"), "lies outside its bounds", words, help);
            }
        }
        let (opportunity, parts) = (at.key("opportunity"), charging.opportunity);
        self.span(&opportunity.key("idle"), parts.idle, MINUTE_IN_DAYS, 7.0);
        self.within(&opportunity.key("within_km"), parts.within_km, 0.0, 100.0, "");
        self.share(&opportunity.key("below"), parts.below);
        self.driver_choice(at, scenario);
        self.positive_share(&at.key("stop_at"), charging.stop_at);
        self.habits(at, scenario);
        self.share(&at.key("reserve"), charging.reserve);
        let (balk, parts) = (at.key("balk"), charging.balk);
        self.within(&balk.key("half_at_minutes"), parts.half_at_minutes, 0.0, MINUTES_IN_A_YEAR, "");
        self.positive(&balk.key("spread_minutes"), parts.spread_minutes, MINUTES_IN_A_YEAR);
        self.law(&at.key("patience"), charging.patience);
        self.positive_share(&at.key("efficiency"), charging.efficiency);
        if let Some(curve) = &charging.curve {
            let at = at.key("curve");
            self.rising(&at, curve, "states of charge in percent");
            self.ends(&at, curve, 100.0, "state of charge");
            for (number, (_, share)) in curve.iter().enumerate() {
                self.positive_share(&at.index(number).index(1), *share);
            }
        }
        let cold = at.key("cold_power");
        self.rising(&cold, &charging.cold_power, "temperatures");
        for (number, (temperature, share)) in charging.cold_power.iter().enumerate() {
            self.within(&cold.index(number).index(0), *temperature, -100.0, 100.0, "");
            self.positive_share(&cold.index(number).index(1), *share);
        }
        self.span(&at.key("tow"), charging.tow, MINUTE_IN_DAYS, 7.0);
        self.within(&at.key("tow_fee_kzt"), charging.tow_fee_kzt, 0.0, MOST_MONEY, "");
        let (private, parts) = (at.key("private"), charging.private);
        self.count(&private.key("registered"), parts.registered, 0, 10_000_000, "");
        self.within(&private.key("km_per_day"), parts.km_per_day, 0.0, 1_000.0, "");
        self.share(&private.key("home_share"), parts.home_share);
        self.beta(&private.key("arrival_soc"), parts.arrival_soc);
    }

    /// When drivers go and stop.
    fn habits(&mut self, at: &At<'_>, scenario: &Scenario) {
        let charging = &scenario.charging;
        if let Some(parts) = charging.before_handover {
            let at = at.key("before_handover");
            self.span(&at.key("within"), parts.within, 0.0, 1.0);
            self.share(&at.key("below"), parts.below);
        }
        if let Some(span) = charging.session_at_most {
            self.span(&at.key("session_at_most"), span, 10.0 * MINUTE_IN_DAYS, 7.0);
        }
        if let Some(spare) = charging.spare_before_home {
            self.share(&at.key("spare_before_home"), spare);
        }
        self.count(&at.key("taxi_class"), charging.taxi_class, 0, MOST_CLASS, "");
        self.count(&at.key("private").key("class"), charging.private.class, 0, MOST_CLASS, "");
        if let Some(parts) = charging.jockey {
            let at = at.key("jockey");
            self.share(&at.key("saves"), parts.saves);
            self.span(&at.key("looks_every"), parts.looks_every, MINUTE_IN_DAYS, 1.0);
        }
        if let Some(parts) = charging.reservation {
            self.span(&at.key("reservation").key("held"), parts.held, MINUTE_IN_DAYS, 1.0);
        }
        if let Some(parts) = charging.overstay {
            let at = at.key("overstay");
            self.law(&at.key("lasting"), parts.lasting);
            self.span(&at.key("free"), parts.free, 0.0, 7.0);
            self.within(&at.key("fee_kzt_per_minute"), parts.fee_kzt_per_minute, 0.0, MOST_PRICE, "");
        }
        if let Some(parts) = charging.home_night {
            let at = at.key("home_night");
            self.within(&at.key("from_h"), parts.from_h, 0.0, 24.0, "");
            self.within(&at.key("to_h"), parts.to_h, 0.0, 24.0, "");
            self.within(&at.key("kzt_per_kwh"), parts.kzt_per_kwh, 0.0, MOST_PRICE, "");
        }
    }

    /// What fails, and when.
    pub(super) fn faults(&mut self, at: &At<'_>, scenario: &Scenario) {
        let network = &scenario.network;
        self.share(&at.key("failing_plug_ins"), network.failing_plug_ins);
        if let Some(faults) = network.faults {
            let at = at.key("faults");
            // Faults come by the thousand where a plug works for minutes only.
            self.within(&at.key("mean_up_h"), faults.mean_up_h, 1.0, 1e6, "");
            self.law(&at.key("repair"), faults.repair);
        }
        for (number, outage) in network.outages.iter().enumerate() {
            let at = at.key("outages").index(number);
            let is_placed = |name: &str, count: u32| {
                outage
                    .station
                    .strip_prefix(name)
                    .and_then(|number| number.parse().ok())
                    .is_some_and(|number: u32| (1..=count).contains(&number))
            };
            let given: Vec<&str> = scenario.stations.iter().map(|station| station.name.as_str()).collect();
            if !given.contains(&outage.station.as_str())
                && !is_placed("existing-", network.existing)
                && !is_placed("plot-", network.planned.plots)
            {
                let words = format!("no station has the name {:?}", outage.station);
                let help = match nearest(&outage.station, given.iter().copied()) {
                    Some(near) => format!("did you mean {near:?}?"),
                    None => "stations placed by rule are called `existing-001`, `plot-001` and so on".into(),
                };
                self.note(&at.key("station"), "is unknown", words, &help);
            }
            self.span(&at.key("from"), outage.from, 0.0, MOST_DAYS);
            self.span(&at.key("lasting"), outage.lasting, MINUTE_IN_DAYS, MOST_DAYS);
        }
    }

    /// What drivers weigh, know and bring.
    fn driver_choice(&mut self, at: &At<'_>, scenario: &Scenario) {
        let charging = &scenario.charging;
        let (logit, parts) = (at.key("logit"), charging.logit);
        self.within(&logit.key("hour_kzt"), parts.hour_kzt, 0.0, MOST_PRICE, "");
        self.within(&logit.key("km_kzt"), parts.km_kzt, 0.0, MOST_PRICE, "");
        self.positive(&logit.key("scale_kzt"), parts.scale_kzt, MOST_PRICE);
        self.count(&logit.key("stations"), parts.stations, 1, MOST_PLUGS as u32, "");
        let (app, parts) = (at.key("app"), charging.app);
        self.share(&app.key("share"), parts.share);
        self.share(&app.key("new_wait_weight"), parts.new_wait_weight);
        let (adapter, parts) = (at.key("adapter"), charging.adapter);
        self.share(&adapter.key("share"), parts.share);
        self.span(&adapter.key("fitting"), parts.fitting, 0.0, 1.0);
        self.positive_share(&adapter.key("power_share"), parts.power_share);
    }
}
