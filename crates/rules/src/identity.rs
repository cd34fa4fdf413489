//! What a finding is, apart from where it stands: rule, root, addresses and property, never lines or file names. Baselines, the comparison of two
//! revisions and SARIF's fingerprints all go by it.

use std::borrow::Cow;

use crate::finding::Finding;

/// Divides the parts of an identity.
pub(crate) const DIVIDER: char = '|';

/// The root of a deployment: its label (`ROOT`, or `ROOT with INPUTS`) without the inputs.
pub(crate) fn root_of(label: &str) -> &str {
    label.split_once(" with ").map_or(label, |(root, _)| root)
}

impl Finding {
    /// The root that it was found in, without its inputs: a Terraform module's folder (`.` for the tree's own), a template's path.
    #[must_use]
    pub fn root(&self) -> &str {
        root_of(&self.deployment)
    }

    /// The part of the identity that outlives a renamed folder or template: addresses, property and what else tells it apart, without rule and root.
    #[must_use]
    pub fn identity_in_root(&self) -> &str {
        after(&self.identity, self.rule.id).and_then(|rest| after(rest, self.root())).unwrap_or(&self.identity)
    }
}

/// What follows the part `first` of `text`.
fn after<'t>(text: &'t str, first: &str) -> Option<&'t str> {
    text.strip_prefix(first)?.strip_prefix(DIVIDER)
}

/// `address` without the keys of instances (`d[0]`, `module.m["a"].d`): one more instance must not make another finding of those that were there.
pub(crate) fn without_keys(address: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut rest = address;
    while let Some(at) = rest.find('[') {
        let (before, from) = rest.split_at(at);
        let Some(end) = end_of_key(from) else { break };
        out.push_str(before);
        rest = from.get(end..).unwrap_or("");
    }
    if rest.len() == address.len() {
        return Cow::Borrowed(address);
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Where the key that `text` begins with ends: a number or a quoted text in brackets.
fn end_of_key(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('[')?;
    let digits = inner.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 && inner.as_bytes().get(digits) == Some(&b']') {
        return Some(digits + 2);
    }
    let quoted = inner.strip_prefix('"')?;
    let mut escaped = false;
    for (at, byte) in quoted.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return (quoted.as_bytes().get(at + 1) == Some(&b']')).then_some(at + 4),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_instances_are_no_part_of_an_identity() {
        assert_eq!(without_keys("azurerm_managed_disk.d"), "azurerm_managed_disk.d");
        assert_eq!(without_keys("azurerm_managed_disk.d[12]"), "azurerm_managed_disk.d");
        assert_eq!(without_keys(r#"module.m["a]\"b"].azurerm_managed_disk.d["x"]"#), "module.m.azurerm_managed_disk.d");
        assert_eq!(without_keys("disks[0].x[1]"), "disks.x");
        // What is no key stays.
        assert_eq!(
            without_keys("Microsoft.Compute/disks/[parameters('x')]"),
            "Microsoft.Compute/disks/[parameters('x')]"
        );
        assert_eq!(without_keys("d[\"open"), "d[\"open");
    }
}
