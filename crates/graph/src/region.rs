//! Azure's regions by name.

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};

/// The data file: name, display name and cloud of each region, after comments that name its source and date.
const DATA: &str = include_str!("../data/regions.csv");

/// Directions in the names of regions, the longer ones first.
const DIRECTIONS: [&str; 9] =
    ["southeast", "southwest", "northeast", "northwest", "central", "north", "south", "east", "west"];

/// Display names by name.
static REGIONS: LazyLock<FxHashMap<&str, &str>> = LazyLock::new(|| {
    let lines = DATA.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| line.split_once(','))
        .map(|(name, rest)| (name, rest.split(',').next().unwrap_or(rest)))
        .collect()
});

/// The geographies that have regions.
static GEOGRAPHIES: LazyLock<FxHashSet<String>> =
    LazyLock::new(|| REGIONS.keys().map(|region| geography(region)).collect());

/// A region's name as it is compared: `West Europe` gives `westeurope`.
fn folded(name: &str) -> String {
    name.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_lowercase()).collect()
}

/// A region's name as it is compared (`West Europe` gives `westeurope`); `None` for a text that is not known to name a region: `global`, a placeholder, a
/// misspelt name, or a region that is newer than the list. Nothing is decided by those.
#[must_use]
pub fn fold_region(name: &str) -> Option<String> {
    let folded = folded(name);
    (REGIONS.contains_key(folded.as_str()) || is_before_release(&folded)).then_some(folded)
}

/// The names of all regions, as they are compared, sorted.
#[must_use]
pub fn regions() -> Vec<&'static str> {
    let mut names: Vec<&str> = REGIONS.keys().copied().collect();
    names.sort_unstable();
    names
}

/// Whether `name` is that of a region in which Azure tries releases: a usual region name followed by the word for early access or staging
/// (`centraluseuap`, `eastusstage`).
fn is_before_release(name: &str) -> bool {
    ["euap", "stage", "stg", "(stage)"].iter().any(|word| name.strip_suffix(word).is_some_and(is_made_like_one))
}

/// The display name of the region that `name` is a misspelling of: of one that differs in a letter or two, where `name` is not a region itself and is not
/// formed as regions' names are (`eastus9` may be one that is newer than the list).
#[must_use]
pub fn meant_region(name: &str) -> Option<&'static str> {
    /// A name of fewer letters is too short to tell what it is meant to be.
    const SHORTEST: usize = 6;
    /// Names of more letters may differ in two.
    const LONG: usize = 9;
    let folded = folded(name);
    let is_name = folded.len() >= SHORTEST
        && folded.len() <= 40
        && folded.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if !is_name || REGIONS.contains_key(folded.as_str()) || is_made_like_one(&folded) {
        return None;
    }
    let most = if folded.len() > LONG { 2 } else { 1 };
    let near = REGIONS.iter().map(|(region, display)| (strsim::osa_distance(&folded, region), *region, *display));
    near.filter(|(distance, ..)| *distance <= most).min().map(|(.., display)| display)
}

/// Whether `name` is made of directions, a geography that has regions, and a number.
fn is_made_like_one(name: &str) -> bool {
    GEOGRAPHIES.contains(&geography(name))
}

/// What is left of a region's name without its directions and its number.
fn geography(name: &str) -> String {
    let mut left = name.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
    for direction in DIRECTIONS {
        left = left.replace(direction, "");
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_for_trying_releases_are_regions() {
        for name in ["westeurope2euap", "East US (Stage)", "southcentralusstg"] {
            assert!(fold_region(name).is_some(), "{name}");
        }
        assert!(fold_region("euap").is_none() && fold_region("prodstage").is_none());
    }

    #[test]
    fn regions_of_all_clouds_are_known_by_either_name() {
        for name in ["westeurope", "West Europe", "WESTUS3", "USGov Virginia", "chinanorth3", "Germany Northeast"] {
            assert!(fold_region(name).is_some(), "{name}");
        }
        for (name, display) in REGIONS.iter() {
            assert_eq!(fold_region(display).as_deref(), Some(*name));
        }
    }

    #[test]
    fn what_names_no_region_is_not_one() {
        for name in ["", "global", "[resourceGroup().location]", "location", "westeurop", "eastus9"] {
            assert_eq!(fold_region(name), None, "{name}");
        }
    }

    #[test]
    fn a_misspelt_region_is_distinguished_from_one_that_may_be_new() {
        for (name, meant) in [
            ("Wst Europe", "West Europe"),
            ("westeurop", "West Europe"),
            ("west-europe", "West Europe"),
            ("germanywestcentrall", "Germany West Central"),
            ("esatus2", "East US 2"),
            ("usgovvirgina", "USGov Virginia"),
        ] {
            assert_eq!(meant_region(name), Some(meant), "{name}");
        }
        for name in
            ["westeurope", "eastus9", "southwestus", "eastindia", "mylocation", "region", "global", "eu", "francewest2"]
        {
            assert_eq!(meant_region(name), None, "{name}");
        }
    }
}
