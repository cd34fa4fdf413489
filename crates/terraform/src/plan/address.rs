//! Addresses of modules and resource instances, as Terraform writes them.
//! <https://developer.hashicorp.com/terraform/cli/state/resource-addressing>

/// An instance's key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum InstanceKey {
    None,
    Number(i64),
    Text(String),
}

impl InstanceKey {
    /// `address` followed by the key.
    pub(crate) fn appended_to(&self, address: &str) -> String {
        match self {
            Self::None => address.to_owned(),
            Self::Number(number) => format!("{address}[{number}]"),
            Self::Text(text) => format!("{address}[{text:?}]"),
        }
    }
}

/// A step of a module address: the call's name and the instance's key.
pub(crate) type ModuleStep = (String, InstanceKey);

/// The steps of a module address such as `module.a["x"].module.b[0]`; `None` where it is not one.
pub(crate) fn module_steps(address: &str) -> Option<Vec<ModuleStep>> {
    let mut rest = address;
    let mut out = Vec::new();
    while !rest.is_empty() {
        rest = rest.strip_prefix("module.")?;
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        if name.is_empty() {
            return None;
        }
        let (key, after) = key(after)?;
        out.push((name.to_owned(), key));
        rest = match after.strip_prefix('.') {
            Some("") => return None,
            Some(next) => next,
            None if after.is_empty() => after,
            None => return None,
        };
    }
    Some(out)
}

/// The key at the beginning of `text`, and the text after it.
fn key(text: &str) -> Option<(InstanceKey, &str)> {
    let Some(inner) = text.strip_prefix('[') else { return Some((InstanceKey::None, text)) };
    if let Some(quoted) = inner.strip_prefix('"') {
        let mut key = String::new();
        let mut chars = quoted.char_indices();
        while let Some((at, char)) = chars.next() {
            match char {
                '"' => return Some((InstanceKey::Text(key), quoted.get(at + 1..)?.strip_prefix(']')?)),
                '\\' => match chars.next()?.1 {
                    'n' => key.push('\n'),
                    'r' => key.push('\r'),
                    't' => key.push('\t'),
                    other => key.push(other),
                },
                // HCL doubles the first character of a template marker to write it as text.
                '$' | '%' if quoted.get(at + 1..).is_some_and(|t| t.starts_with(char)) => {
                    key.push(char);
                    if quoted.get(at + 2..).is_some_and(|t| t.starts_with('{')) {
                        chars.next();
                    }
                }
                other => key.push(other),
            }
        }
        return None;
    }
    let (digits, after) = inner.split_once(']')?;
    Some((InstanceKey::Number(digits.parse().ok()?), after))
}

/// The prefix that the addresses of a module's resources have: empty for the root.
pub(crate) fn prefix(steps: &[ModuleStep]) -> String {
    let mut out = String::new();
    for (name, key) in steps {
        out.push_str(&key.appended_to(&format!("module.{name}")));
        out.push('.');
    }
    out
}

/// The names of the calls alone, which all instances share: the path of the module in the configuration.
pub(crate) fn path(steps: &[ModuleStep]) -> Vec<String> {
    steps.iter().map(|(name, _)| name.clone()).collect()
}

/// The parts of an instance's address: its module, whether it is a data source, its type, name and key.
pub(crate) type InstanceParts = (Vec<ModuleStep>, bool, String, String, InstanceKey);

/// The parts of an instance's address such as `module.a["x"].data.azurerm_key_vault.v[0]`; `None` where it is not one.
pub(crate) fn instance_parts(address: &str) -> Option<InstanceParts> {
    let (mut rest, mut module) = (address, Vec::new());
    while let Some(after) = rest.strip_prefix("module.") {
        let end = after.find(['.', '['])?;
        let (name, after) = after.split_at(end);
        let (key, after) = key(after)?;
        module.push((name.to_owned(), key));
        rest = after.strip_prefix('.')?;
    }
    let data = rest.strip_prefix("data.");
    let (kind, after) = data.unwrap_or(rest).split_once('.')?;
    let (name, after) = after.split_at(after.find('[').unwrap_or(after.len()));
    match key(after)? {
        (key, "") => Some((module, data.is_some(), kind.to_owned(), name.to_owned(), key)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_apart_and_put_together_again() {
        for address in
            ["", "module.a.", "module.a[\"x.y\"].module.b[0].", "module.a[\"with \\\"quotes\\\" and ]\"].module.c."]
        {
            let steps = module_steps(address.strip_suffix('.').unwrap_or(address)).unwrap();
            assert_eq!(prefix(&steps), address);
        }
    }

    #[test]
    fn what_is_no_module_address_is_refused() {
        for address in ["a", "module.", "module.a.", "module.a[\"x", "module.a[x]", "module.a[0]x", "module.a.b.c"] {
            assert_eq!(module_steps(address), None, "{address}");
        }
    }

    #[test]
    fn an_instance_is_taken_apart() {
        let steps = vec![("a".to_owned(), InstanceKey::Text("x".to_owned()))];
        let whole = ("azurerm_key_vault".to_owned(), "v".to_owned());
        assert_eq!(
            instance_parts("module.a[\"x\"].data.azurerm_key_vault.v[0]"),
            Some((steps, true, whole.0.clone(), whole.1.clone(), InstanceKey::Number(0)))
        );
        assert_eq!(
            instance_parts("azurerm_key_vault.v"),
            Some((Vec::new(), false, whole.0, whole.1, InstanceKey::None))
        );
        for address in ["", "a", "module.a", "module.a.", "module.a[0.b.c", "a.b[0]c"] {
            assert_eq!(instance_parts(address), None, "{address}");
        }
    }
}
