//! Where the compiler's restore keeps modules of registries and template specs.
//!
//! The layout of the cache is the compiler's own: `br/REGISTRY/REPOSITORY/TAG$/main.json`, the `/` of the repository and the `:` of the
//! registry as `$`, and `ts/SUBSCRIPTION/GROUP/NAME/VERSION/main.json`.

/// A tag has at most this many characters.
/// <https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests>
const LONGEST_TAG: usize = 128;

/// The path in the cache of the module `rest` of `registry`; `rest` is the repository, and `:TAG` or `@DIGEST`. `None` where it is not valid.
pub(super) fn of_registry(registry: &str, rest: &str) -> Option<String> {
    let (repository, version) = match rest.split_once('@') {
        Some((repository, digest)) => (repository, of_digest(digest)?),
        None => {
            let (repository, tag) = rest.rsplit_once(':')?;
            (repository, of_tag(tag)?)
        }
    };
    let plain = |text: &str, more: &[char]| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c) || more.contains(&c))
    };
    // No path may lead out of the cache.
    if registry.starts_with('.') || !plain(registry, &[':', '[', ']']) {
        return None;
    }
    if !repository.split('/').all(|segment| plain(segment, &[]) && !segment.starts_with('.')) {
        return None;
    }
    let registry = registry.to_lowercase().replace(':', "$");
    Some(format!("br/{registry}/{}/{version}/main.json", repository.replace('/', "$")))
}

/// A tag as the name of a folder: followed by `$`, and in hexadecimal a bit mask of its capital letters, the first letter lowest.
fn of_tag(tag: &str) -> Option<String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    if tag.is_empty() || tag.len() > LONGEST_TAG || tag.starts_with('.') || !tag.chars().all(allowed) {
        return None;
    }
    let capitals = tag.bytes().enumerate().filter(|(_, c)| c.is_ascii_uppercase());
    let mask = capitals.fold(0_u128, |mask, (at, _)| mask | 1 << at);
    Some(if mask == 0 { format!("{tag}$") } else { format!("{tag}${mask:x}") })
}

fn of_digest(digest: &str) -> Option<String> {
    let (algorithm, hash) = digest.split_once(':')?;
    let plain = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric());
    (plain(algorithm) && plain(hash)).then(|| format!("{algorithm}#{hash}"))
}

/// The path in the cache of the template spec `rest` (`NAME:VERSION`) of a resource group. `None` where it is not valid.
pub(super) fn of_spec(subscription: &str, group: &str, rest: &str) -> Option<String> {
    let (name, version) = rest.rsplit_once(':')?;
    let parts = [subscription, group, name, version];
    let plain = |c: char| c.is_alphanumeric() || "._-()".contains(c);
    if parts.iter().any(|part| part.is_empty() || part.starts_with('.') || !part.chars().all(plain)) {
        return None;
    }
    Some(format!("ts/{}/main.json", parts.map(str::to_lowercase).join("/")))
}

/// The end of the id of a template spec's version.
/// <https://learn.microsoft.com/azure/templates/microsoft.resources/templatespecs/versions>
pub(super) fn spec_id(name: &str, version: &str) -> String {
    format!("/providers/Microsoft.Resources/templateSpecs/{name}/versions/{version}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_is_where_the_compiler_puts_it() {
        let module = |registry, rest| of_registry(registry, rest);
        assert_eq!(
            module("mcr.microsoft.com", "bicep/avm/res/key-vault/vault:0.13.3").as_deref(),
            Some("br/mcr.microsoft.com/bicep$avm$res$key-vault$vault/0.13.3$/main.json")
        );
        assert_eq!(module("LocalHost:5000", "a/b:v1").as_deref(), Some("br/localhost$5000/a$b/v1$/main.json"));
        assert_eq!(module("[::1]:5000", "a:v1").as_deref(), Some("br/[$$1]$5000/a/v1$/main.json"));
        assert_eq!(module("r.io", "a@sha256:0f").as_deref(), Some("br/r.io/a/sha256#0f/main.json"));
    }

    #[test]
    fn the_capitals_of_a_tag_are_distinguished() {
        assert_eq!(of_tag("v1").as_deref(), Some("v1$"));
        assert_eq!(of_tag("V1").as_deref(), Some("V1$1"));
        assert_eq!(of_tag("aBcD").as_deref(), Some("aBcD$a"));
        assert_eq!(of_tag(&"A".repeat(65)).as_deref(), Some(format!("{}$1ffffffffffffffff", "A".repeat(65)).as_str()));
    }

    #[test]
    fn a_template_spec_is_where_the_compiler_puts_it() {
        assert_eq!(of_spec("00-AA", "My-RG", "Spec:V1").as_deref(), Some("ts/00-aa/my-rg/spec/v1/main.json"));
    }

    #[test]
    fn what_would_climb_out_of_the_cache_is_no_address() {
        for (registry, rest) in
            [("..", "a:1"), ("r.io", "../a:1"), ("r.io", "a:.."), ("r.io", "a"), ("r/x", "a:1"), ("", "a:1")]
        {
            assert_eq!(of_registry(registry, rest), None, "{registry} {rest}");
        }
        assert_eq!(of_spec("..", "g", "n:1"), None);
        assert_eq!(of_spec("s", "g/h", "n:1"), None);
        assert_eq!(of_spec("s", "g", "n"), None);
    }
}
