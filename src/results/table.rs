//! Named columns, and the bytes of a Parquet or CSV file that holds them.

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::Result;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::Type;
use std::borrow::Cow;
use std::sync::Arc;

/// The values of a column, each present or missing.
#[derive(Clone, Debug, PartialEq)]
pub enum Values<'a> {
    /// Numbers.
    Real(Vec<Option<f64>>),
    /// Whole numbers.
    Whole(Vec<Option<i64>>),
    /// Words.
    Text(Vec<Option<Cow<'a, str>>>),
}

impl Values<'_> {
    fn len(&self) -> usize {
        match self {
            Self::Real(values) => values.len(),
            Self::Whole(values) => values.len(),
            Self::Text(values) => values.len(),
        }
    }

    fn physical(&self) -> Physical {
        match self {
            Self::Real(_) => Physical::DOUBLE,
            Self::Whole(_) => Physical::INT64,
            Self::Text(_) => Physical::BYTE_ARRAY,
        }
    }

    fn cell(&self, row: usize) -> String {
        match self {
            Self::Real(values) => values[row].map(|value| value.to_string()),
            Self::Whole(values) => values[row].map(|value| value.to_string()),
            Self::Text(values) => values[row].as_deref().map(marked),
        }
        .unwrap_or_default()
    }
}

/// What begins a formula: spreadsheets run it.
fn begins_formula(letter: char) -> bool {
    matches!(letter, '=' | '+' | '-' | '@' | '\t' | '\r' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}')
}

/// What may begin another cell: some spreadsheets part cells where these stand, whatever a file says.
const PARTS: [char; 4] = [';', '\t', '\r', '\n'];

/// Text as a cell of CSV that no spreadsheet runs: where a formula would begin, it has an apostrophe before it.
/// Where there are apostrophes before it already, it has one more, so that [`unmarked`] gives back every text.
fn marked(text: &str) -> String {
    remarked(text, |marks| format!("'{marks}"))
}

/// The text of a cell of CSV that this program has written.
pub fn unmarked(cell: &str) -> String {
    remarked(cell, |marks| marks.strip_prefix('\'').unwrap_or(marks).to_owned())
}

/// Text with other apostrophes before all that would begin a formula.
fn remarked(text: &str, other: impl Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(text.len() + 1);
    let mut rest = text;
    loop {
        let after = rest.trim_start_matches('\'');
        let marks = &rest[..rest.len() - after.len()];
        out.push_str(&if after.starts_with(begins_formula) { other(marks) } else { marks.to_owned() });
        let Some((at, part)) = after.char_indices().find(|(_, letter)| PARTS.contains(letter)) else {
            out.push_str(after);
            return out;
        };
        let end = at + part.len_utf8();
        out.push_str(&after[..end]);
        rest = &after[end..];
    }
}

/// Columns of the same length; a column's header carries its unit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table<'a> {
    columns: Vec<(String, Values<'a>)>,
}

impl<'a> Table<'a> {
    /// Adds a column.
    ///
    /// # Panics
    ///
    /// If it is not as long as those before it.
    pub fn push(&mut self, header: impl Into<String>, values: Values<'a>) {
        assert!(
            self.columns.is_empty() || values.len() == self.rows(),
            "the columns of a table are equally long"
        );
        self.columns.push((header.into(), values));
    }

    /// Adds a column of numbers; what is not finite is missing.
    pub fn real(&mut self, header: impl Into<String>, values: impl IntoIterator<Item = Option<f64>>) {
        let finite = values.into_iter().map(|value| value.filter(|value| value.is_finite()));
        self.push(header, Values::Real(finite.collect()));
    }

    /// Adds a column of whole numbers.
    pub fn whole(&mut self, header: impl Into<String>, values: impl IntoIterator<Item = Option<i64>>) {
        self.push(header, Values::Whole(values.into_iter().collect()));
    }

    /// Adds a column of words.
    pub fn text<T: Into<Cow<'a, str>>>(
        &mut self,
        header: impl Into<String>,
        values: impl IntoIterator<Item = Option<T>>,
    ) {
        self.push(header, Values::Text(values.into_iter().map(|value| value.map(Into::into)).collect()));
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, |(_, values)| values.len())
    }

    /// The columns with their headers.
    pub fn columns(&self) -> &[(String, Values<'a>)] {
        &self.columns
    }

    /// The bytes of a CSV file; a missing value is an empty cell.
    ///
    /// # Panics
    ///
    /// If memory runs out.
    pub fn csv(self) -> Vec<u8> {
        csv([self])
    }

    /// The bytes of a Parquet file.
    pub fn parquet(self) -> Vec<u8> {
        parquet([self])
    }
}

/// The bytes of a CSV file that holds tables of the same columns one below the other.
///
/// # Panics
///
/// If memory runs out.
pub fn csv<'a>(tables: impl IntoIterator<Item = Table<'a>>) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut record = |cells: Vec<String>| writer.write_record(cells).expect("memory takes every record");
    for (number, table) in tables.into_iter().enumerate() {
        if number == 0 {
            record(table.columns.iter().map(|(header, _)| header.clone()).collect());
        }
        for row in 0..table.rows() {
            record(table.columns.iter().map(|(_, values)| values.cell(row)).collect());
        }
    }
    writer.into_inner().expect("memory takes every byte")
}

/// The bytes of a Parquet file that holds tables of the same columns one below the other, each as a row
/// group, so that only one of them is in memory at a time.
///
/// # Panics
///
/// If there is no table, or their columns differ.
pub fn parquet<'a>(tables: impl IntoIterator<Item = Table<'a>>) -> Vec<u8> {
    write(tables).expect("memory takes every byte and the columns have the schema's types")
}

fn write<'a>(tables: impl IntoIterator<Item = Table<'a>>) -> Result<Vec<u8>> {
    let mut tables = tables.into_iter().peekable();
    let schema = schema(tables.peek().expect("there is a table that names the columns"))?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        // Results of the same run have the same bytes, whatever library wrote them.
        .set_created_by("zaryad".to_owned())
        .build();
    let mut file = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties))?;
    for table in tables {
        let mut group = file.next_row_group()?;
        for (_, values) in table.columns {
            column(&mut group, values)?;
        }
        group.close()?;
    }
    file.into_inner()
}

fn schema(table: &Table) -> Result<Arc<Type>> {
    let field = |(header, values): &(String, Values)| {
        let text = matches!(values, Values::Text(_)).then_some(LogicalType::String);
        Type::primitive_type_builder(header, values.physical())
            .with_repetition(Repetition::OPTIONAL)
            .with_logical_type(text)
            .build()
            .map(Arc::new)
    };
    let fields = table.columns.iter().map(field).collect::<Result<_>>()?;
    Ok(Arc::new(Type::group_type_builder("table").with_fields(fields).build()?))
}

fn column(group: &mut SerializedRowGroupWriter<Vec<u8>>, values: Values) -> Result<()> {
    let mut writer = group.next_column()?.expect("the schema has a field for each column");
    match values {
        Values::Real(values) => {
            let (levels, present) = present(values);
            writer.typed::<DoubleType>().write_batch(&present, Some(&levels), None)?;
        }
        Values::Whole(values) => {
            let (levels, present) = present(values);
            writer.typed::<Int64Type>().write_batch(&present, Some(&levels), None)?;
        }
        Values::Text(values) => {
            let (levels, present) = present(values);
            let bytes: Vec<ByteArray> = present.iter().map(|text| ByteArray::from(text.as_ref())).collect();
            writer.typed::<ByteArrayType>().write_batch(&bytes, Some(&levels), None)?;
        }
    }
    writer.close()
}

/// Whether each value is present, as definition levels, and the values that are.
fn present<T>(values: Vec<Option<T>>) -> (Vec<i16>, Vec<T>) {
    let levels = values.iter().map(|value| i16::from(value.is_some())).collect();
    (levels, values.into_iter().flatten().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use std::io::Write;

    fn table() -> Table<'static> {
        let mut table = Table::default();
        table.text("name", [Some("Q"), Some("a, \"b\""), None]);
        table.whole("visits", [Some(3), None, Some(-1)]);
        table.real("wait_s.mean", [Some(1.5), Some(f64::INFINITY), None]);
        table
    }

    #[test]
    fn csv_leaves_a_missing_value_empty() {
        let text = String::from_utf8(table().csv()).expect("CSV is text");
        assert_eq!(text, "name,visits,wait_s.mean\nQ,3,1.5\n\"a, \"\"b\"\"\",,\n,-1,\n");
    }

    #[test]
    fn no_cell_begins_a_formula_and_every_text_comes_back() {
        for (text, cell) in [
            ("Q", "Q"),
            ("", ""),
            ("'Alatau'", "'Alatau'"),
            ("a=b", "a=b"),
            ("=1+1", "'=1+1"),
            ("+7 727", "'+7 727"),
            ("-2", "'-2"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\u{ff1d}1", "'\u{ff1d}1"),
            ("\t=1", "'\t'=1"),
            ("\r=1", "'\r'=1"),
            ("a;=1", "a;'=1"),
            ("a\n-1", "a\n'-1"),
            ("'=1", "''=1"),
            ("a;'@", "a;\u{27}'@"),
        ] {
            assert_eq!(marked(text), cell, "{text:?}");
            assert_eq!(unmarked(cell), text, "{cell:?}");
        }
        let mut table = Table::default();
        table.text("name", [Some("=cmd|'/c calc'!A0")]);
        table.real("x", [Some(-1.5)]);
        table.whole("n", [Some(-3)]);
        let text = String::from_utf8(table.csv()).expect("CSV is text");
        assert_eq!(text, "name,x,n\n'=cmd|'/c calc'!A0,-1.5,-3\n");
    }

    #[test]
    fn parquet_reads_back_as_it_was_written() {
        let mut file = tempfile::tempfile().expect("there is room for a file");
        file.write_all(&parquet([table(), table()])).expect("there is room for the table");
        let reader = SerializedFileReader::new(file).expect("the file is whole");
        assert_eq!(reader.metadata().num_row_groups(), 2);
        let rows: Vec<String> = reader
            .get_row_iter(None)
            .expect("rows can be read")
            .map(|row| row.expect("the row is whole").to_string())
            .collect();
        let expected = [
            "{name: \"Q\", visits: 3, wait_s.mean: 1.5}",
            "{name: \"a, \"b\"\", visits: null, wait_s.mean: null}",
            "{name: null, visits: -1, wait_s.mean: null}",
        ];
        assert_eq!(rows, [expected, expected].concat());
    }

    #[test]
    fn the_same_table_has_the_same_bytes() {
        assert_eq!(table().parquet(), table().parquet());
    }
}
