//! Whose data these are: the lines to show with a map or a report.

/// A source that must be named wherever its data are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Credit {
    /// The line to show, e.g. `© OpenStreetMap contributors`.
    pub source: &'static str,
    /// The name of the licence.
    pub licence: &'static str,
    /// Where the source is found.
    pub source_link: &'static str,
    /// Where the licence is found.
    pub licence_link: &'static str,
    /// What of it stands in the tables.
    pub what: &'static str,
}

/// The sources that must be named; see `data/SOURCES.md` for all.
pub fn attribution() -> &'static [Credit] {
    &[
        Credit {
            source: "© OpenStreetMap contributors",
            licence: "ODbL 1.0",
            source_link: "https://www.openstreetmap.org/copyright",
            licence_link: "https://opendatacommons.org/licenses/odbl/1-0/",
            what: "outlines of districts, roads",
        },
        Credit {
            source: "Almaty traffic data by Dex719",
            licence: "CC BY 4.0",
            source_link: "https://github.com/Dex719/almaty-traffic-data",
            licence_link: "https://creativecommons.org/licenses/by/4.0/",
            what: "jam scores",
        },
        Credit {
            source: "Open Charge Map",
            licence: "CC BY 4.0",
            source_link: "https://openchargemap.org",
            licence_link: "https://creativecommons.org/licenses/by/4.0/",
            what: "single charging stations",
        },
        Credit {
            source: "OpenEV Data",
            licence: "CDLA-Permissive-2.0",
            source_link: "https://github.com/open-ev-data/open-ev-data-dataset",
            licence_link: "https://cdla.dev/permissive-2-0/",
            what: "electric cars",
        },
        Credit {
            source: "Chargeprice Open EV Data",
            licence: "MIT",
            source_link: "https://github.com/chargeprice/open-ev-data",
            licence_link: "https://opensource.org/license/mit",
            what: "charging curves",
        },
    ]
}
