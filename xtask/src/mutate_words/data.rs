//! The fields of the rules' data files that become text of a report.

use anyhow::{Result, ensure};

use super::literals::{Kind, Literal};

/// A data file with a field of text for people in each row.
pub(super) struct DataFile {
    /// Below the repository's root.
    pub(super) path: &'static str,
    /// What is between two fields.
    divider: char,
    /// The index of that field.
    field: usize,
    /// What is between two parts of it that messages show apart from each other.
    inner: Option<&'static str>,
    in_table: bool,
}

/// The restrictions' sentences, and what services are called.
pub(super) const FILES: [DataFile; 3] = [
    DataFile { path: "crates/rules/data/restrictions.psv", divider: '|', field: 2, inner: None, in_table: true },
    DataFile { path: "crates/rules/data/services.csv", divider: ',', field: 0, inner: Some(" of "), in_table: false },
    DataFile {
        path: "crates/rules/data/key-services.csv",
        divider: ',',
        field: 0,
        inner: Some(" of "),
        in_table: false,
    },
];

/// The page whose tables hold the restrictions' sentences.
pub(super) const TABLES: &str = "docs/editions.md";

/// What comes before a text in a field of the editions.
const STANCES: [&str; 2] = ["relaxed: ", "changed: "];

impl DataFile {
    /// That field of each row, and what an edition says of a restriction that it changes.
    pub(super) fn literals(&self, text: &str) -> Result<Vec<Literal>> {
        let mut out = Vec::new();
        let mut offset = 0;
        for (index, row) in text.split_inclusive('\n').enumerate() {
            if !row.starts_with('#') && !row.trim().is_empty() {
                let mut fields = 0;
                let mut start = offset;
                for field in row.split(self.divider) {
                    let stance = STANCES.iter().find(|stance| field.trim_start().starts_with(**stance));
                    if fields == self.field || stance.is_some() {
                        let before = field.len() - field.trim_start().len() + stance.map_or(0, |stance| stance.len());
                        let words = field[before..].trim();
                        let inner = self.inner.unwrap_or("\n");
                        let mut start = start + before;
                        for part in words.split(inner) {
                            let (end, text) = (start + part.len(), part.to_owned());
                            let kind = Kind::Field { in_table: self.in_table };
                            out.push(Literal { start, end, line: index + 1, text, kind });
                            start = end + inner.len();
                        }
                    }
                    fields += 1;
                    start += field.len() + 1;
                }
                ensure!(fields > self.field, "{}:{}: too few fields", self.path, index + 1);
            }
            offset += row.len();
        }
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_of_each_row_is_found_by_its_bytes() {
        let text = "# words | more\nS1 | key | the words | in force\n\nS2 | set | others | relaxed: fewer | absent\n";
        let file = DataFile { path: "x.psv", divider: '|', field: 2, inner: None, in_table: true };
        let found = file.literals(text).unwrap();
        let fields: Vec<(usize, &str)> =
            found.iter().map(|field| (field.line, &text[field.start..field.end])).collect();
        assert_eq!(fields, [(2, "the words"), (4, "others"), (4, "fewer")]);
        assert_eq!(found[0].replaced("QQQ1Q"), "QQQ1Q");
        assert!(file.literals("S1 | key\n").is_err());
        let services = DataFile { path: "x.csv", divider: ',', field: 0, inner: Some(" of "), in_table: false };
        let found = services.literals("the disks of lab,Microsoft.DevTestLab/labs\n").unwrap();
        assert_eq!(found.iter().map(|part| &*part.text).collect::<Vec<_>>(), ["the disks", "lab"]);
    }
}
