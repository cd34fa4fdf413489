//! Single facts that rules go by: data, not code.

use crate::restriction::Restriction;

const DATA: &str = include_str!("../data/facts.csv");

/// The values of the fact with that name, in the order of the file.
fn values(name: &str) -> impl Iterator<Item = &'static str> {
    let rows = DATA.lines().filter(|line| !line.starts_with('#'));
    rows.filter_map(move |row| {
        let (fact, rest) = row.split_once(',')?;
        (fact == name).then(|| rest.split(',').next().unwrap_or(rest))
    })
}

/// The sizes in bits of RSA keys that disks take.
pub(crate) fn rsa_key_sizes() -> Vec<i64> {
    values("rsa_key_size").filter_map(|size| size.parse().ok()).collect()
}

/// How many encryption sets a region of a subscription may hold, by a restriction that says so.
pub(crate) fn most_sets(restriction: &Restriction) -> Option<u64> {
    values(restriction.id).next()?.parse().ok()
}

/// Whether disks of that type are of those that came later, for which several restrictions say something else: Ultra disks and Premium SSD v2.
pub(crate) fn is_later_disk_type(kind: &str) -> bool {
    values("later_disk_type").any(|later| later.eq_ignore_ascii_case(kind))
}

/// The day from which on disks with Azure Disk Encryption don't unlock at a restart: `2028-09-15`.
#[must_use]
pub fn ade_retires() -> &'static str {
    values("ade_retires").next().unwrap_or_default()
}

/// The same in words: `15 September 2028`.
pub(crate) fn ade_retires_in_words() -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let mut parts = ade_retires().split('-');
    let (year, month, day) = (parts.next(), parts.next(), parts.next());
    let name = month.and_then(|month| month.parse::<usize>().ok()).and_then(|month| MONTHS.get(month.checked_sub(1)?));
    match (year, name, day) {
        (Some(year), Some(month), Some(day)) => format!("{} {month} {year}", day.trim_start_matches('0')),
        _ => ade_retires().to_owned(),
    }
}

/// Numbers in words: `2048, 3072 and 4096`, or with another word before the last.
pub(crate) fn listed(numbers: &[i64], word: &str) -> String {
    let texts: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    match texts.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} {word} {last}", others.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::restrictions::{ADE_END, KEY_KIND, SETS_1000, SETS_5000};

    #[test]
    fn each_fact_is_read_and_the_restrictions_words_say_the_same() {
        assert_eq!((most_sets(&SETS_1000), most_sets(&SETS_5000)), (Some(1000), Some(5000)));
        assert_eq!(most_sets(&KEY_KIND), None);
        assert_eq!(listed(&rsa_key_sizes(), "and"), "2048, 3072 and 4096");
        assert!(KEY_KIND.says.contains(&listed(&rsa_key_sizes(), "and")));
        assert_eq!(ade_retires(), "2028-09-15");
        assert!(ADE_END.says.contains(&ade_retires_in_words()), "{}", ade_retires_in_words());
        assert!(is_later_disk_type("ultrassd_lrs") && !is_later_disk_type("Premium_LRS"));
    }
}
