//! The tables of services that name an encryption set, or use a key and make the set by themselves.

use std::sync::LazyLock;

const SERVICES: &str = include_str!("../../data/services.csv");
const KEY_SERVICES: &str = include_str!("../../data/key-services.csv");

/// A property by which a service names an encryption set.
#[derive(Debug)]
pub(crate) struct Service {
    /// The name of its disks in messages, to be followed by the resource's address.
    pub(crate) what: &'static str,
    /// The resource type in lower case.
    pub(super) kind: String,
    /// The object that holds the property; `[]` means each item of a list.
    pub(super) object: &'static str,
    /// The property, relative to the object.
    pub(crate) property: &'static str,
    /// Whether it is for the disks of confidential VMs.
    pub(crate) confidential: bool,
    /// The property, relative to the object, that names the resource group of the disks; `None` where that is the resource's own.
    pub(super) group: Option<&'static str>,
    /// The property, relative to the list's object, that names the protection container of the disks.
    pub(super) container: Option<&'static str>,
    /// Whether the set must be in the region of the disks.
    pub(super) region: bool,
    /// Whether the set must be in the subscription of the disks.
    pub(super) subscription: bool,
    /// The property, relative to the object, for Azure Disk Encryption of the disk.
    pub(crate) ade: Option<&'static str>,
    /// The pools that may have ephemeral OS disks.
    pub(crate) pools: Option<Pools>,
}

/// The pools of a service, each with a property that says whether its OS disks are ephemeral.
#[derive(Debug)]
pub(crate) struct Pools {
    /// The list of those that the service itself states.
    pub(crate) list: &'static str,
    /// The property in each.
    pub(crate) property: &'static str,
    /// The resource type, in lower case, of those that are resources of their own.
    kind: String,
}

/// A service that uses a key and makes the encryption set by itself.
#[derive(Debug)]
pub(crate) struct KeyService {
    pub(crate) what: &'static str,
    pub(super) kind: String,
    pub(super) url: &'static str,
    pub(super) uri: &'static str,
    pub(super) name: &'static str,
    pub(super) version: &'static str,
}

pub(super) static ROWS: LazyLock<Vec<Service>> =
    LazyLock::new(|| rows(SERVICES).filter_map(|row| service(&row)).collect());
static KEY_ROWS: LazyLock<Vec<KeyService>> =
    LazyLock::new(|| rows(KEY_SERVICES).filter_map(|row| key_service(&row)).collect());

/// The fields of each line that is not a comment.
fn rows(data: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    data.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(|line| line.split(',').collect())
}

fn stated(field: &'static str) -> Option<&'static str> {
    (!field.is_empty()).then_some(field)
}

fn service(row: &[&'static str]) -> Option<Service> {
    let [what, kind, object, property, used, place, region, subscription, ade, ephemeral, _source, _date] = row else {
        return None;
    };
    let (group, container) = match place.split_once('+') {
        _ if *place == "own" => (None, None),
        Some((group, container)) => (Some(group), Some(container)),
        None => (Some(*place), None),
    };
    Some(Service {
        what,
        kind: kind.to_ascii_lowercase(),
        object,
        property,
        confidential: *used == "confidential",
        group,
        container,
        region: *region == "yes",
        subscription: *subscription == "yes",
        ade: stated(ade),
        pools: pools(kind, ephemeral),
    })
}

fn pools(kind: &str, field: &'static str) -> Option<Pools> {
    let mut words = field.split(' ');
    let (list, property, child) = (words.next()?, words.next()?, words.next()?);
    Some(Pools { list, property, kind: format!("{kind}/{child}").to_ascii_lowercase() })
}

fn key_service(row: &[&'static str]) -> Option<KeyService> {
    let [what, kind, url, uri, name, version, _principal, _source, _date] = row else { return None };
    Some(KeyService { what, kind: kind.to_ascii_lowercase(), url, uri, name, version })
}

/// The service at that index of the table.
pub(crate) fn service_at(index: u16) -> Option<&'static Service> {
    ROWS.get(usize::from(index))
}

/// Whether a type in lower case is of a provider that has services of these tables.
pub(super) fn is_of_service(folded: &str) -> bool {
    let provider = |kind: &str| folded.split('/').next() == kind.split('/').next();
    ROWS.iter().any(|row| provider(&row.kind)) || KEY_ROWS.iter().any(|row| provider(&row.kind))
}

/// Whether a text in lower case holds the provider of a service that uses a key.
pub(super) fn names_key_service(text: &str) -> bool {
    KEY_ROWS.iter().filter_map(|row| row.kind.split('/').next()).any(|provider| text.contains(provider))
}

/// Whether resources of that type are pools of a service.
pub(super) fn is_pool(folded: &str) -> bool {
    ROWS.iter().any(|row| row.pools.as_ref().is_some_and(|pools| pools.kind == folded))
}

/// The first row of the services of that type.
pub(crate) fn service_of(folded: &str) -> Option<&'static Service> {
    ROWS.iter().find(|row| row.kind == folded)
}

/// The name in messages of a resource of that type, where it uses a key for managed disks; `None` for other types.
pub(crate) fn key_service_of(folded: &str) -> Option<&'static KeyService> {
    KEY_ROWS.iter().find(|row| row.kind == folded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_of_the_tables_is_read_and_names_its_source_and_date() {
        for data in [SERVICES, KEY_SERVICES] {
            for row in rows(data) {
                let [.., source, date] = &row[..] else { panic!("a row is too short") };
                assert!(source.starts_with("https://"), "{row:?}");
                assert_eq!(date.len(), 10, "{row:?}");
            }
        }
        assert_eq!(ROWS.len(), rows(SERVICES).count());
        assert_eq!(KEY_ROWS.len(), rows(KEY_SERVICES).count());
    }
}
