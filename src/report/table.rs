//! Tables as lines of text, as wide as the terminal allows.

use super::figures::{digits, number};
use super::terminal::MISSING;
use crate::printable::line;
use crate::results::Summaries;
use comfy_table::{CellAlignment, ContentArrangement, LineStyle, Table, TableStyle};

/// A column of a table.
pub(super) struct Column {
    header: String,
    alignment: CellAlignment,
    cells: Vec<String>,
}

impl Column {
    pub(super) fn left(header: impl Into<String>, cells: Vec<String>) -> Self {
        Self { header: header.into(), alignment: CellAlignment::Left, cells }
    }

    pub(super) fn right(header: impl Into<String>, cells: Vec<String>) -> Self {
        Self { header: header.into(), alignment: CellAlignment::Right, cells }
    }

    /// Cuts words that are longer than there is room; returns how wide the column is now.
    fn cut(&mut self, room: usize) -> usize {
        for text in self.cells.iter_mut().chain([&mut self.header]) {
            let longest = text.lines().map(|line| line.chars().count()).max().unwrap_or(0);
            if longest > room {
                let short = |line: &str| {
                    if line.chars().count() <= room {
                        return line.to_owned();
                    }
                    line.chars().take(room.saturating_sub(1)).chain(['…']).collect()
                };
                *text = text.lines().map(short).collect::<Vec<String>>().join("\n");
            }
        }
        let lines = self.cells.iter().chain([&self.header]).flat_map(|text| text.lines());
        lines.map(|line| line.chars().count()).max().unwrap_or(0)
    }

    /// The means of a count.
    pub(super) fn count(header: &'static str, rows: &[&Summaries], name: &str) -> Self {
        let cell = |row: &&Summaries| row.get(name).map_or(String::new(), |value| number(value.mean, 0));
        Self::right(header, rows.iter().map(cell).collect())
    }

    /// The means of a metric, scaled, all with as many decimals as suit the largest.
    pub(super) fn of(header: &'static str, rows: &[&Summaries], name: &str, scale: f64) -> Self {
        let values: Vec<Option<f64>> =
            rows.iter().map(|row| row.get(name).map(|value| value.mean * scale)).collect();
        let largest = values.iter().flatten().fold(0.0, |most: f64, value| most.max(value.abs()));
        let cell = |value: &Option<f64>| value.map_or(String::new(), |value| number(value, digits(largest)));
        Self::right(header, values.iter().map(cell).collect())
    }
}

/// A table of the columns that say anything; where it is too wide, some are spared, in this order. Where that is not
/// enough, there are several tables below each other, which all begin with the first column; and where even a column beside
/// it is too wide, its words are cut.
pub(super) fn table(mut columns: Vec<Column>, spared: &[&str], width: usize) -> String {
    columns.retain(|column| column.cells.iter().any(|cell| !cell.is_empty()));
    let fits = |columns: &[&Column]| draw(columns).lines().all(|line| line.chars().count() <= width);
    for header in spared {
        if fits(&columns.iter().collect::<Vec<_>>()) {
            break;
        }
        columns.retain(|column| column.header != *header);
    }
    let room = width.saturating_sub(columns.first_mut().map_or(0, |first| first.cut(width / 2)) + GAP);
    columns.iter_mut().skip(1).for_each(|column| _ = column.cut(room));
    let Some((first, rest)) = columns.split_first() else { return String::new() };
    let mut blocks: Vec<Vec<&Column>> = vec![vec![first]];
    for column in rest {
        let block = blocks.last_mut().expect("there is a block to begin with");
        block.push(column);
        if block.len() > 2 && !fits(block) {
            block.pop();
            blocks.push(vec![first, column]);
        }
    }
    blocks.iter().map(|block| draw(block)).collect::<Vec<_>>().join("\n\n")
}

/// Between two columns, and behind the last.
const GAP: usize = 3;

fn draw(columns: &[&Column]) -> String {
    let mut table = Table::new();
    let rule = LineStyle::none().fill('─').junction('─');
    table.load_style(TableStyle::new().header_separator(rule).bottom_border(rule));
    table.set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(columns.iter().map(|column| column.header.as_str()));
    for row in 0..columns.first().map_or(0, |column| column.cells.len()) {
        table.add_row(columns.iter().map(|column| match column.cells[row].as_str() {
            "" => MISSING.into(),
            cell => line(cell),
        }));
    }
    for (column, shown) in columns.iter().zip(table.column_iter_mut()) {
        shown.set_padding((0, 1)).set_cell_alignment(column.alignment);
    }
    table.trim_fmt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_too_wide_becomes_several_and_no_row_is_broken() {
        let cells = |cell: &str| vec![cell.to_owned(), "1".to_owned()];
        let columns = || {
            vec![
                Column::right("Point", cells("10")),
                Column::right("fleet.electric", cells("3 000")),
                Column::left("spared", cells("whatever")),
                Column::right("charging.wait_s.mean", cells("12.5 ± 0.2")),
                Column::left("Values", cells("a name that nobody would write into a table like this")),
            ]
        };
        for width in 24..100 {
            let drawn = table(columns(), &["spared"], width);
            assert!(drawn.lines().all(|line| line.chars().count() <= width), "{width}\n{drawn}");
            assert!(drawn.contains("12.5") && drawn.contains("3 000"), "{width}\n{drawn}");
        }
    }
}
