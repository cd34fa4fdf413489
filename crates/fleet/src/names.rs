//! Names of repositories: the paths of their folders below the folder of all.

use anyhow::bail;

/// Checks that `name` is a path of plain segments (`app`, `team/app`), so that it leads nowhere else.
///
/// # Errors
/// Where it is not.
pub(crate) fn check(name: &str) -> anyhow::Result<()> {
    let is_plain = |part: &str| !matches!(part, "" | "." | "..") && !part.contains(['\\', '\0', ':']) && part != ".git";
    if name.split('/').all(is_plain) {
        return Ok(());
    }
    bail!("{}: not the name of a repository", name.escape_debug())
}

/// The one of `repositories` that holds `path`; the empty name holds all.
pub(crate) fn holder<'r>(repositories: &[&'r str], path: &str) -> Option<&'r str> {
    let holds = |name: &&str| {
        name.is_empty() || path.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    repositories.iter().copied().filter(holds).max_by_key(|name| name.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_nowhere_else() {
        for name in ["app", "team/app", ".github", "a b"] {
            assert!(check(name).is_ok(), "{name}");
        }
        for name in ["", "/app", "app/", "../app", "a/../b", ".", "a//b", "c:\\x", "a\0", "app/.git"] {
            assert!(check(name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn the_innermost_repository_holds_a_path() {
        let all = ["team", "team/app", "tea"];
        assert_eq!(holder(&all, "team/app/main.tf"), Some("team/app"));
        assert_eq!(holder(&all, "team/application/main.tf"), Some("team"));
        assert_eq!(holder(&all, "other/main.tf"), None);
    }
}
