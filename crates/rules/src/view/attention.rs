//! What the rules look at, by the types of resources: see [`Attention`].

use cmklint_graph::Attention;

use super::service_table::{is_of_service, names_key_service};

/// The providers of the types that rules, findings' advice and the graph's joins look at, beside those of the services in the tables.
const PROVIDERS: [&str; 7] = [
    "cmklint/",
    "microsoft.authorization/",
    "microsoft.compute/",
    "microsoft.keyvault/",
    "microsoft.managedidentity/",
    "microsoft.resources/",
    "microsoft.solutions/",
];

/// What the last part of the types is whose principals get access to keys.
const PRINCIPALS: [&str; 2] = ["diskencryptionsets", "userassignedidentities"];

/// What the built-in rules look at. Rules of a team's own may look at anything.
pub const ATTENTION: Attention = Attention { looks_at, follows };

fn looks_at(kind: &str) -> bool {
    PROVIDERS.iter().any(|provider| kind.starts_with(provider)) || is_of_service(kind)
}

fn follows(text: &str) -> bool {
    PRINCIPALS.iter().any(|kind| text.contains(kind)) || names_key_service(text)
}
