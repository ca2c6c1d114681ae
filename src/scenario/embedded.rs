//! Scenarios that are part of the program, so that it runs without any file.

/// The name of the scenario on which every file without a `base` lies.
pub const BASELINE: &str = "baseline";

/// The name of the bottom layer. It is a base and can be printed, but answers no question of its own.
pub const ASSUMPTIONS: &str = "assumptions";

/// A scenario that is part of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Embedded {
    /// Its name, by which commands and bases refer to it.
    pub name: &'static str,
    /// Its TOML text.
    pub text: &'static str,
}

macro_rules! embed {
    ($folder:literal: $($name:literal)*) => {
        &[$(Embedded { name: $name, text: include_str!(concat!("../../", $folder, "/", $name, ".toml")) }),*]
    };
}

/// All embedded scenarios: the baseline, the other cities, the queues alone.
pub const EMBEDDED: &[Embedded] = embed!["scenarios":
    "baseline" "plan-622" "hubs-same-power" "price-free-tou" "ceiling-70" "ceiling-160" "winter-minus-20"
    "bus-lanes" "hub-outage" "uptime-72" "fleet-double-no-home" "gbt-only" "petrol-dear-lpg-dear"
    "m-m-10" "m-d-8" "erlang-a"
];

/// All embedded sweeps.
pub const SWEEPS: &[Embedded] = embed!["scenarios/sweeps": "plots-by-fleet" "ceiling" "winter" "inputs"];

/// The embedded scenario of this name, or the assumptions.
pub fn embedded(name: &str) -> Option<Embedded> {
    let assumptions = Embedded { name: ASSUMPTIONS, text: include_str!("../../data/assumptions.toml") };
    EMBEDDED.iter().chain([&assumptions]).find(|scenario| scenario.name == name).copied()
}

impl Embedded {
    /// The question it answers, as its text says.
    pub fn question(&self) -> String {
        let table: toml::Table = self.text.parse().unwrap_or_default();
        table.get("question").and_then(toml::Value::as_str).unwrap_or_default().to_string()
    }
}
