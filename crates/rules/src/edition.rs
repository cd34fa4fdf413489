//! The editions of the documentation's restrictions: the rows of `data/editions.psv`, made an enumeration when this crate is built.

use std::fmt;
use std::str::FromStr;

include!(concat!(env!("OUT_DIR"), "/editions.rs"));

impl Edition {
    /// `editions`, some of [`Edition::ALL`] in their order and without a gap, in few words: `all`, `from 2023-02`, `until 2022-10`, `2024-06 to 2024-11`,
    /// `2024-11 only`.
    #[must_use]
    pub fn in_words(editions: &[Self]) -> String {
        match (editions.first(), editions.last()) {
            (Some(&Self::OLDEST), Some(&Self::LATEST)) => "all".to_owned(),
            (Some(first), Some(&Self::LATEST)) => format!("from {first}"),
            (Some(first), Some(last)) if first == last => format!("{first} only"),
            (Some(&Self::OLDEST), Some(last)) => format!("until {last}"),
            (Some(first), Some(last)) => format!("{first} to {last}"),
            _ => "none".to_owned(),
        }
    }
}

impl Edition {
    /// The edition that the author of `text` may mean: the one that was in force at such a date, else the newest.
    fn meant(text: &str) -> &'static str {
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let mut parts = text.split('-');
        let (year, month) = (parts.next().unwrap_or(""), parts.next());
        let date = match month {
            _ if year.len() != 4 || !digits(year) => return "latest",
            // The last one of that year.
            None => format!("{year}-12"),
            Some(month) if digits(month) => format!("{year}-{month:0>2}"),
            Some(_) => return "latest",
        };
        Self::ALL.into_iter().rev().find(|edition| *edition.as_str() <= *date).unwrap_or(Self::OLDEST).as_str()
    }
}

impl fmt::Display for Edition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Edition {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "latest" {
            return Ok(Self::LATEST);
        }
        if let Some(edition) = Self::ALL.into_iter().find(|e| e.as_str() == text) {
            return Ok(edition);
        }
        let meant = Self::meant(text);
        let all = Self::ALL.map(Self::as_str).join(", ");
        Err(format!("no such edition: {text}; did you mean {meant}? (known: {all}, latest)"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edition_is_read_by_its_date_and_the_newest_by_name() {
        for edition in Edition::ALL {
            assert_eq!(edition.to_string().parse(), Ok(edition));
        }
        assert_eq!("latest".parse(), Ok(Edition::LATEST));
        assert!(Edition::ALL.is_sorted());
    }

    #[test]
    fn an_unknown_edition_is_an_error_with_the_one_of_that_time() {
        let error = |text: &str| text.parse::<Edition>().unwrap_err();
        assert!(error("2023-03").starts_with("no such edition: 2023-03; did you mean 2023-02? (known: 2020-08,"));
        assert!(error("2025-02-18").contains("did you mean 2025-02?"));
        assert!(error("2023-3").contains("did you mean 2023-02?"));
        assert!(error("2021").contains("did you mean 2020-08?"));
        assert!(error("2019-01").contains("did you mean 2020-08?"));
        assert!(error("newest").contains("did you mean latest?"));
        assert!(error("").contains("did you mean latest?"));
    }

    #[test]
    fn editions_are_named_in_few_words() {
        let [oldest, second, .., before, latest] = Edition::ALL;
        assert_eq!(Edition::in_words(&Edition::ALL), "all");
        assert_eq!(Edition::in_words(&[oldest, second]), "until 2022-10");
        assert_eq!(Edition::in_words(&[before, latest]), "from 2024-11");
        assert_eq!(Edition::in_words(&[second, Edition::Y2023M02]), "2022-10 to 2023-02");
        assert_eq!(Edition::in_words(&[before]), "2024-11 only");
        assert_eq!(Edition::in_words(&[]), "none");
    }
}
