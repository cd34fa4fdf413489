//! The identity of a finding, independent of where it was found: rule, root, addresses and property, never lines or file names. Baselines, the comparison of two
//! revisions and fingerprints are all based on it.

use std::borrow::Cow;

use cmklint_graph::Root;

/// What makes findings of two runs the same one. The root counts without its inputs: the same fault in dev and in prod is one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FindingIdentity {
    /// The rule's id.
    pub rule: &'static str,
    /// The root that it was found in.
    pub root: Root,
    /// The address of the resource at fault, without the keys of instances.
    pub address: String,
    /// The property at fault.
    pub property: String,
    /// The addresses of other resources that distinguish it, without the keys of instances.
    pub against: Vec<String>,
    /// What else distinguishes it from other faults of the same property; often empty.
    pub variant: String,
}

impl FindingIdentity {
    /// The version of the identity: part of fingerprints and baselines. It changes whenever the same code would get another identity.
    pub const VERSION: u64 = 2;
}

/// `address` without the keys of instances (`d[0]`, `module.m["a"].d`): one more instance must not change the identity of existing findings.
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

/// The end of the key at the beginning of `text`: a number or a quoted text in brackets.
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
        // What is not a key is kept.
        assert_eq!(
            without_keys("Microsoft.Compute/disks/[parameters('x')]"),
            "Microsoft.Compute/disks/[parameters('x')]"
        );
        assert_eq!(without_keys("d[\"open"), "d[\"open");
    }
}
